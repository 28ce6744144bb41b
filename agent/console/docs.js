"use strict";
// The API's own description (/openapi.json) as a page on which each route can be tried.

function named(schema, all) {
  const ref = schema && schema.$ref;
  return ref ? all.components.schemas[ref.split("/").pop()] : schema;
}

function kind(schema) {
  if (!schema) return "";
  if (schema.enum) return schema.enum.join(" | ");
  if (schema.anyOf) return schema.anyOf.map(kind).filter((each) => each !== "null").join(" | ");
  return schema.format || schema.type || "";
}

function fields(schema, all) {
  const body = named(schema, all);
  if (!body || !body.properties) return null;
  const required = new Set(body.required || []);
  return table(["field", "type", ""], Object.entries(body.properties).map(([name, of]) => [name, kind(of), required.has(name) ? "required" : ""]));
}

function trial(method, path, parameters, body) {
  const inputs = parameters.map((each) => element("label", {}, `${each.name} `, element("input", { "data-in": each.in, name: each.name })));
  const text = body ? element("textarea", { rows: "5", cols: "80", "aria-label": "body" }, "{}") : null;
  const result = element("pre", {});
  const send = async (event) => {
    event.preventDefault();
    let url = path;
    const query = new URLSearchParams();
    for (const input of event.target.querySelectorAll("input")) {
      if (input.dataset.in === "path") url = url.replace(`{${input.name}}`, encodeURIComponent(input.value));
      else if (input.value) query.set(input.name, input.value);
    }
    try {
      const answer = await api(method.toUpperCase(), query.size ? `${url}?${query}` : url, text ? JSON.parse(text.value) : undefined);
      result.textContent = JSON.stringify(answer, null, 2);
    } catch (problem) {
      result.textContent = problem.message;
    }
  };
  return element("form", { submit: send }, inputs, text, element("button", {}, "Try"), result);
}

function route(method, path, operation, all) {
  const parameters = (operation.parameters || []).filter((each) => each.in === "path" || each.in === "query");
  const content = operation.requestBody && operation.requestBody.content["application/json"];
  return element("details", {}, element("summary", {}, element("b", {}, method.toUpperCase()), ` ${path} `, element("span", { class: "quiet" }, operation.description || "")),
    parameters.length ? table(["parameter", "in", "type", ""], parameters.map((each) => [each.name, each.in, kind(each.schema), each.required ? "required" : ""])) : null,
    content ? fields(content.schema, all) : null, trial(method, path, parameters, content));
}

async function list() {
  const all = await api("GET", "/openapi.json");
  const found = Object.entries(all.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })));
  const tags = [...new Set(found.map((each) => (each.operation.tags || ["other"])[0]))];
  document.getElementById("routes").replaceChildren(...tags.flatMap((tag) => [element("h2", {}, tag),
    ...found.filter((each) => (each.operation.tags || ["other"])[0] === tag).map((each) => route(each.method, each.path, each.operation, all))]));
}

list().catch((problem) => { document.getElementById("routes").textContent = problem.message; });
