"use strict";
// A line to the API, and elements made without markup: what customers said is only ever text.

const keyField = () => document.getElementById("key");

async function api(method, path, body) {
  const key = keyField() ? keyField().value.trim() : "";
  const headers = { ...(body ? { "Content-Type": "application/json" } : {}), ...(key ? { Authorization: `Bearer ${key}` } : {}) };
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  const content = await answer.json().catch(() => ({ detail: answer.statusText }));
  if (!answer.ok) throw new Error(content.detail || answer.statusText);
  return content;
}

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

function table(heads, rows) {
  const cells = (kind, row) => row.map((cell) => element(kind, {}, cell ?? ""));
  return element("table", {}, element("thead", {}, element("tr", {}, cells("th", heads))),
    element("tbody", {}, rows.map((row) => element("tr", {}, cells("td", row)))));
}

function day(instant) {
  return instant ? new Date(instant).toLocaleString() : "";
}
