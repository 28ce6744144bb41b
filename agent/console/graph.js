"use strict";
// A graph as SVG: nodes push each other away, edges pull, until they rest. No library.

const SVG = "http://www.w3.org/2000/svg";
const STEPS = 260;

function shape(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
}

function settle(nodes, edges, width, height) {
  const at = new Map(nodes.map((node, i) => {
    const angle = (2 * Math.PI * i) / nodes.length;
    return [node.id, { x: width / 2 + (width / 3) * Math.cos(angle), y: height / 2 + (height / 3) * Math.sin(angle) }];
  }));
  const rest = Math.sqrt((width * height) / Math.max(nodes.length, 1)) * 0.7;
  for (let step = 0; step < STEPS; step++) {
    const moves = new Map(nodes.map((node) => [node.id, { x: 0, y: 0 }]));
    const push = (one, other, force) => {
      const a = at.get(one), b = at.get(other), dx = a.x - b.x || 0.1, dy = a.y - b.y || 0.1, far = Math.hypot(dx, dy);
      moves.get(one).x += (dx / far) * force(far);
      moves.get(one).y += (dy / far) * force(far);
      moves.get(other).x -= (dx / far) * force(far);
      moves.get(other).y -= (dy / far) * force(far);
    };
    nodes.forEach((one, i) => nodes.slice(i + 1).forEach((other) => push(one.id, other.id, (far) => (rest * rest) / far)));
    edges.filter((edge) => edge.source !== edge.target).forEach((edge) => push(edge.source, edge.target, (far) => -(far * far) / rest));
    const heat = (rest / 4) * (1 - step / STEPS);
    for (const node of nodes) {
      const move = moves.get(node.id), place = at.get(node.id), far = Math.hypot(move.x, move.y) || 1;
      place.x = Math.min(width - 40, Math.max(40, place.x + (move.x / far) * Math.min(far, heat)));
      place.y = Math.min(height - 20, Math.max(20, place.y + (move.y / far) * Math.min(far, heat)));
    }
  }
  return at;
}

function drawGraph(graph, centre, choose) {
  const width = 900, height = 600, at = settle(graph.nodes, graph.edges, width, height);
  const drawing = shape("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "graph of facts" });
  for (const edge of graph.edges) {
    const a = at.get(edge.source), b = at.get(edge.target);
    drawing.append(shape("line", { class: "edge", x1: a.x, y1: a.y, x2: b.x, y2: b.y }));
    const label = shape("text", { class: "edge-label", x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, edge.predicate.replaceAll("_", " "));
    label.append(shape("title", {}, edge.fact ? edge.fact.text : edge.predicate));
    drawing.append(label);
  }
  for (const node of graph.nodes) {
    const place = at.get(node.id), kind = node.type === "value" ? "value" : node.id === centre ? "centre" : "";
    const dot = shape("circle", { class: `node ${kind}`, cx: place.x, cy: place.y, r: node.type === "value" ? 5 : 8 });
    dot.append(shape("title", {}, `${node.name} (${node.type})`));
    if (node.type !== "value") dot.addEventListener("click", () => choose(node));
    drawing.append(dot, shape("text", { x: place.x + 10, y: place.y + 4 }, node.name.length > 28 ? `${node.name.slice(0, 27)}…` : node.name));
  }
  return drawing;
}
