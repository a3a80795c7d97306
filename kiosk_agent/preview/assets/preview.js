// Moves boxes over the sheet and keeps their numbers in step with the table. The table's form is what is saved.
"use strict";
const sheet = document.querySelector("svg.sheet");
const STEP = 0.5; // mm: a keypress, and the grid to which dragging snaps
const input = (spot, key) => document.getElementsByName(`${spot}-${key}`)[0];
const number = (spot, key) => { const field = input(spot, key); return field ? Number(field.value) : null; };
const snap = (value) => Math.round(value / STEP) * STEP;
const group = (spot) => sheet && sheet.querySelector(`[data-spot="${spot}"]`);

function redraw(spot) {
  const [box, corner] = group(spot).children;
  for (const [key, attribute] of [["x", "x"], ["y", "y"], ["w", "width"], ["h", "height"]]) {
    const value = number(spot, key);
    if (value !== null && Number.isFinite(value) && value >= 0) box.setAttribute(attribute, value);
  }
  if (corner) {
    corner.setAttribute("x", Number(box.getAttribute("x")) + Number(box.getAttribute("width")) - 1.5);
    corner.setAttribute("y", Number(box.getAttribute("y")) + Number(box.getAttribute("height")) - 1.5);
  }
  const moved = ["x", "y", "w", "h"].some((key) => input(spot, key) && input(spot, key).value !== input(spot, key).defaultValue);
  group(spot).classList.toggle("moved", moved);
  document.querySelector(`[data-row="${spot}"]`).classList.toggle("moved", moved);
  const count = document.querySelectorAll("tr.moved").length;
  document.querySelector("[data-pending]").textContent = count ? `${count}か所を動かしました。まだ保存していません。` : "";
}

function put(spot, values) {
  const wide = Number(sheet.dataset.width), high = Number(sheet.dataset.height);
  for (const [key, value] of Object.entries(values)) {
    const field = input(spot, key);
    if (!field) continue;
    const least = key === "w" || key === "h" ? STEP : 0;
    const most = { x: wide - (number(spot, "w") ?? 0), y: high - (number(spot, "h") ?? 0), w: wide, h: high }[key];
    field.value = String(Math.round(Math.min(Math.max(value, least), most) * 100) / 100);
  }
  redraw(spot);
}

function choose(spot) {
  document.querySelectorAll(".chosen").forEach((one) => one.classList.remove("chosen"));
  group(spot).classList.add("chosen");
  const row = document.querySelector(`[data-row="${spot}"]`);
  row.classList.add("chosen");
  row.scrollIntoView({ block: "nearest" });
}

function onKey(event) {
  const spot = event.currentTarget.dataset.spot;
  const way = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
  if (event.key === "Escape") {
    ["x", "y", "w", "h"].forEach((key) => { if (input(spot, key)) input(spot, key).value = input(spot, key).defaultValue; });
    redraw(spot);
  } else if (event.key === "Enter") {
    input(spot, "x").focus();
  } else if (way) {
    const [across, down] = event.shiftKey ? ["w", "h"] : ["x", "y"];
    if (number(spot, across) !== null) put(spot, { [across]: number(spot, across) + way[0], [down]: number(spot, down) + way[1] });
  } else return;
  event.preventDefault();
}

function onPointer(event) {
  const spot = event.currentTarget.dataset.spot;
  const resizing = event.target.classList.contains("spot__corner");
  const at = (moved) => new DOMPoint(moved.clientX, moved.clientY).matrixTransform(sheet.getScreenCTM().inverse());
  const from = at(event), [across, down] = resizing ? ["w", "h"] : ["x", "y"];
  const before = [number(spot, across), number(spot, down)];
  const drag = (moved) => {
    const to = at(moved);
    put(spot, { [across]: snap(before[0] + to.x - from.x), [down]: snap(before[1] + to.y - from.y) });
  };
  const target = event.currentTarget;
  target.setPointerCapture(event.pointerId);
  target.addEventListener("pointermove", drag);
  const stop = () => target.removeEventListener("pointermove", drag);
  target.addEventListener("pointerup", stop, { once: true });
  target.addEventListener("pointercancel", stop, { once: true });
}

if (sheet) {
  sheet.querySelectorAll(".spot").forEach((one) => {
    one.addEventListener("focus", () => choose(one.dataset.spot));
    one.addEventListener("keydown", onKey);
    one.addEventListener("pointerdown", onPointer);
  });
  document.querySelectorAll("tr[data-row]").forEach((row) => {
    row.addEventListener("input", () => redraw(row.dataset.row));
    row.addEventListener("focusin", () => choose(row.dataset.row));
  });
  document.querySelector("[data-grid]").addEventListener("change", (event) => {
    sheet.querySelector(".grid").classList.toggle("grid--off", !event.target.checked);
  });
}
