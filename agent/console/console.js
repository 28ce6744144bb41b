"use strict";
// The console: talk as a customer, and see what is understood, remembered and under way.

const by = (id) => document.getElementById(id);
const state = { customer: null, answer: null, view: "understood", about: null };
const path = (rest = "") => `/v1/customers/${encodeURIComponent(state.customer)}${rest}`;

function said(speaker, text, notes, answer) {
  const item = element("li", { class: speaker, title: answer ? "show what was understood" : null }, text, notes ? element("small", {}, notes) : null);
  if (answer) item.addEventListener("click", () => { state.answer = answer; show("understood"); });
  by("turns").append(item);
  item.scrollIntoView({ block: "end" });
  return item;
}

async function say(event) {
  event.preventDefault();
  const text = by("text").value;
  by("text").value = "";
  const item = said("customer", text);
  try {
    const answer = await api("POST", "/v1/turns", { channel: by("channel").value, address: by("address").value, text });
    item.remove();
    said("customer", text, answer.understood === text ? null : answer.understood, answer);
    if (answer.reply) said("agent", answer.reply.text, `${answer.reply.act} · ${Math.round(answer.timings_ms.total)} ms`);
    Object.assign(state, { customer: answer.customer_id, answer });
    await show(state.view);
  } catch (problem) {
    said("problem", problem.message);
  }
}

async function find(event) {
  if (event) event.preventDefault();
  by("turns").replaceChildren();
  Object.assign(state, { customer: null, answer: null, about: null });
  try {
    const found = await api("GET", `/v1/customers?address=${encodeURIComponent(by("address").value)}`);
    state.customer = found.items.length ? found.items[0].customer_id : null;
    if (state.customer) await replay();
    await show(state.view);
  } catch (problem) {
    said("problem", problem.message);
  }
}

async function replay() {
  for (const session of (await api("GET", path("/sessions?limit=500"))).items.slice(-3)) {
    const turns = (await api("GET", `/v1/sessions/${encodeURIComponent(session.session_id)}/turns?limit=500`)).items;
    for (const turn of turns) said(turn.speaker, turn.text, `${session.channel} · ${day(turn.at)}`, turn.speaker === "customer" ? turn : null);
  }
}

const views = {
  understood() {
    const answer = state.answer;
    if (!answer) return quiet("Say something, or choose a turn.");
    const resolutions = answer.resolutions.map((r) => [element("mark", { class: r.status }, r.text), r.kind, r.value || r.entity || r.candidates.map((c) => c.entity).join(" or "), r.status, r.confidence, r.antecedent ? r.antecedent.text : ""]);
    const facts = (answer.facts || []).map((f) => [f.change, f.text, f.polarity === "positive" ? "" : f.polarity, f.modality === "asserted" ? "" : f.modality]);
    const timings = Object.entries(answer.timings_ms || {}).map(([step, ms]) => `${step} ${ms}`).join(" · ");
    return element("div", {}, element("p", {}, answer.understood), table(["said", "kind", "meant", "status", "sure", "goes back to"], resolutions),
      facts.length ? table(["change", "fact", "", ""], facts) : null, element("p", { class: "quiet" }, timings));
  },
  async graph() {
    const around = state.about ? `?around=${encodeURIComponent(state.about)}&hops=2` : "";
    const graph = await api("GET", path(`/graph${around}`));
    if (!graph.nodes.length) return quiet("No facts yet.");
    return drawGraph(graph, state.about, (node) => { state.about = node.id === state.about ? null : node.id; show("graph"); });
  },
  async facts() {
    const found = (await api("GET", path("/facts?history=true&limit=500"))).items.reverse();
    return table(["fact", "true from", "until", "recorded", "withdrawn", "change"], found.map((f) => [f.text, day(f.valid_from), day(f.valid_to), day(f.recorded_at), day(f.retracted_at), f.change]));
  },
  async timeline() {
    const entities = (await api("GET", path("/entities?limit=500"))).items;
    if (!entities.length) return quiet("Nothing yet.");
    const chosen = entities.find((e) => e.entity_id === state.about) || entities[0];
    const pick = element("select", { change: (event) => { state.about = event.target.value; show("timeline"); } },
      entities.map((e) => element("option", { value: e.entity_id, ...(e === chosen ? { selected: "" } : {}) }, `${e.name} (${e.type})`)));
    const events = (await api("GET", path(`/entities/${encodeURIComponent(chosen.entity_id)}/timeline`))).events;
    return element("div", {}, pick, table(["when", "what", "", "channel"], events.map((e) => [day(e.at), e.kind, e.text, e.channel])));
  },
  async goals() {
    const found = (await api("GET", path("/goals"))).items;
    const slots = (goal) => Object.entries(goal.slots).map(([name, slot]) => `${name}: ${slot.text}`).join("\n");
    return table(["goal", "status", "awaiting", "slots"], found.map((g) => [g.name, g.status, g.awaiting, element("pre", {}, slots(g))]));
  },
  ask() {
    const question = element("input", { id: "question", placeholder: "What is known? Ask.", required: "" });
    const result = element("div", {});
    const asked = async (event) => {
      event.preventDefault();
      const found = await api("POST", path("/ask"), { question: question.value, asked_by: "business" }).catch((problem) => ({ answer: problem.message, citations: [] }));
      result.replaceChildren(element("p", {}, found.answer), ...found.citations.map((c) => element("p", { class: "quiet" }, `“${c.text}”`)));
    };
    return element("div", {}, element("form", { submit: asked }, question, element("button", {}, "Ask")), result);
  },
};

function quiet(text) {
  return element("p", { class: "quiet" }, text);
}

async function show(view) {
  state.view = view;
  for (const tab of document.querySelectorAll("[data-view]")) tab.setAttribute("aria-selected", String(tab.dataset.view === view));
  try {
    const content = state.customer || view === "understood" ? await views[view]() : quiet("Nobody is known at this address yet.");
    if (state.view === view) by("view").replaceChildren(content);
  } catch (problem) {
    by("view").replaceChildren(quiet(problem.message));
  }
}

async function watch() {
  const ready = await api("GET", "/readyz").then(() => null, (problem) => problem.message);
  by("state").textContent = ready || "ready";
  if (ready) setTimeout(watch, 1000);
  else await find();
}

by("say").addEventListener("submit", say);
by("who").addEventListener("submit", find);
by("key").value = sessionStorage.getItem("key") || "";
by("key").addEventListener("change", () => { sessionStorage.setItem("key", by("key").value); find(); });
for (const tab of document.querySelectorAll("[data-view]")) tab.addEventListener("click", () => show(tab.dataset.view));
watch();
