// Jakarta drawn from the middles and sizes of its kelurahan: no tiles, nothing from elsewhere.

import { svg } from "./dom.js";
import { data, t } from "./page-data.js";

const SHRINK = Math.cos((-6.2 * Math.PI) / 180);
const PER_DEGREE = 1000;
const METRES = 111_195 / PER_DEGREE;
const OVERLAP = 1.22;

/** Units of the drawing: a thousandth of a degree of latitude, north up. */
const x = (lon) => (lon - 106.8) * SHRINK * PER_DEGREE;
const y = (lat) => (-6.2 - lat) * PER_DEGREE;

const areas = data.kelurahan.map(([name, city, lat, lon, radius]) => ({
  name, city, lat, lon, x: x(lon), y: y(lat), r: (radius / METRES) * OVERLAP,
}));
const bounds = {
  left: Math.min(...areas.map((a) => a.x - a.r)) - 4,
  right: Math.max(...areas.map((a) => a.x + a.r)) + 4,
  top: Math.min(...areas.map((a) => a.y - a.r)) - 8,
  bottom: Math.max(...areas.map((a) => a.y + a.r)) + 4,
};
const CITIES = [...new Set(areas.map((a) => a.city))];

/** The kelurahan whose middle is nearest, or null well outside the city. */
export function nearest(lat, lon) {
  const distance = (a) => Math.hypot(a.x - x(lon), a.y - y(lat));
  const found = areas.reduce((best, a) => (distance(a) < distance(best) ? a : best));
  return distance(found) < found.r * 2 ? found : null;
}

/** A small picture of the surroundings of a point. */
export function pointMap(lat, lon) {
  const [px, py] = [x(lon), y(lat)];
  const view = { left: px - 32, top: py - 18, width: 64, height: 32 };
  const near = areas.filter((a) => Math.abs(a.x - px) < 75 && Math.abs(a.y - py) < 50);
  const names = near
    .filter((a) => Math.abs(a.x - px) < 28 && a.y - py > -15 && a.y - py < 10)
    .sort((a, b) => Math.hypot(a.x - px, a.y - py) - Math.hypot(b.x - px, b.y - py))
    .slice(0, 7);
  return svg(
    "svg.map",
    { viewBox: box(view), preserveAspectRatio: "xMidYMid slice", "aria-hidden": "true" },
    land(near),
    svg("g.dots", {}, near.map((a) => svg("circle", { cx: a.x, cy: a.y, r: 0.45 }))),
    svg("g.names", {}, clear(names, px, py).map((a) =>
      svg("text", { x: a.x, y: a.y + 3, "font-size": 2.7 }, a.name))),
    pin(px, py, 1.15),
  );
}

/** The whole city; `onPick(lat, lon)` on a click. Returns the drawing and `move(lat, lon)`. */
export function cityMap(onPick) {
  const { left, top, right, bottom } = bounds;
  const marker = svg("g");
  const drawing = svg(
    "svg.map.city",
    {
      viewBox: box({ left, top, width: right - left, height: bottom - top }),
      role: "img", "aria-label": t("attach.map"),
      onclick: (event) => onPick(...pointed(drawing, event)),
    },
    land(areas),
    svg("g.dots", {}, areas.map((a) => svg("circle", { cx: a.x, cy: a.y, r: 1.5 }))),
    svg("g.names", {}, CITIES.map(cityName)),
    marker,
  );
  const move = (lat, lon) => marker.replaceChildren(pin(x(lon), y(lat), 5));
  return { drawing, move };
}

function pointed(drawing, event) {
  const at = new DOMPoint(event.clientX, event.clientY)
    .matrixTransform(drawing.getScreenCTM().inverse());
  return [-6.2 - at.y / PER_DEGREE, 106.8 + at.x / SHRINK / PER_DEGREE];
}

function land(shown) {
  return svg("g.land", {}, shown.map((a) =>
    svg("circle", { cx: a.x, cy: a.y, r: a.r, class: `c${CITIES.indexOf(a.city)}` })));
}

function cityName(city) {
  const own = areas.filter((a) => a.city === city);
  const mean = (key) => own.reduce((sum, a) => sum + a[key], 0) / own.length;
  const name = city.replace(/^Jakarta\s+/, "");
  return svg("text", { x: mean("x"), y: mean("y"), "font-size": 13 }, name);
}

// Names that would lie on the pin or on each other are left out.
function clear(names, px, py) {
  const kept = [];
  for (const name of names) {
    const onPin = Math.abs(name.x - px) < name.name.length * 0.75 + 4 && name.y + 2 - py > -12
      && name.y + 1 - py < 1;
    const onOther = kept.some((k) => Math.abs(k.y - name.y) < 3
      && Math.abs(k.x - name.x) < (k.name.length + name.name.length) * 0.75 + 1);
    if (!onPin && !onOther) kept.push(name);
  }
  return kept;
}

function pin(px, py, size) {
  const shape = "M0 0C2.4-2.6 3.6-4.3 3.6-5.9a3.6 3.6 0 1 0-7.2 0C-3.6-4.3-2.4-2.6 0 0z";
  return svg(
    "g.pin",
    { transform: `translate(${px} ${py}) scale(${size})` },
    svg("ellipse", { cx: 0, cy: 0, rx: 1.6, ry: 0.5 }),
    svg("path", { d: shape }),
    svg("circle", { cx: 0, cy: -5.9, r: 1.3 }),
  );
}

function box({ left, top, width, height }) {
  return `${left} ${top} ${width} ${height}`;
}
