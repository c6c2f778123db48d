// Making elements without innerHTML: text stays text.

const SVG = "http://www.w3.org/2000/svg";

export const $ = (id) => document.getElementById(id);

/**
 * An element. `tag` may carry classes ("p.soft"); in `props`, on… are listeners, the rest are
 * attributes (null and false leave one out).
 */
export function el(tag, props = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  return filled(document.createElement(name), classes, props, children);
}

/** The same for SVG. */
export function svg(tag, props = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  return filled(document.createElementNS(SVG, name), classes, props, children);
}

/** One of the drawings of icons.svg; it says nothing to a screen reader. */
export function icon(name, classes = "") {
  const use = svg("use", { href: `#i-${name}` });
  return svg(`svg.icon${classes && `.${classes}`}`, { "aria-hidden": "true" }, use);
}

/**
 * Let `parent` hold `children`. What says the same as before stays the very node it was: a press,
 * the focus or a selection upon it is not lost because something beside it changed.
 */
export function renew(parent, ...children) {
  children.forEach((child, index) => {
    const old = parent.children[index];
    if (!old) parent.append(child);
    else if (!old.isEqualNode(child)) old.replaceWith(child);
  });
  while (parent.children.length > children.length) parent.lastElementChild.remove();
}

function filled(node, classes, props, children) {
  if (classes.length) node.setAttribute("class", classes.join(" "));
  for (const [key, value] of Object.entries(props)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(key, value === true ? "" : value);
    }
  }
  node.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}
