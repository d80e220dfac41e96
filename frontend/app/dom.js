const SVG = "http://www.w3.org/2000/svg";
const SAFE_ADDRESS = /^(https?:|webcal:|mailto:|tel:|\/(?!\/)|#|\?|$)/i;
const ALLOWED = "A B BLOCKQUOTE BR CODE EM H3 H4 HR I LI OL P STRONG UL".split(" ");

/** An element, as `h("a.button", { href }, "Text")`. @type {CreateElement} */
export const h = (/** @type {string} */ selector, /** @type {any[]} */ ...rest) => {
  const [tag, ...classes] = selector.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  const hasAttributes = rest[0] && Object.getPrototypeOf(rest[0]) === Object.prototype;
  if (hasAttributes) for (const [name, value] of Object.entries(rest.shift())) set(element, name, value);
  element.append(...nodes(rest));
  return element;
};

/** @param {Element} element @param {string} name @param {any} value */
function set(element, name, value) {
  if (typeof value === "function") return element.addEventListener(name.slice(2), value);
  // An address that an editor wrote is never a script.
  if (name === "href" && !SAFE_ADDRESS.test(value ?? "")) return;
  if (value === true) element.setAttribute(name, "");
  else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
}

/** @param {Child[]} children @returns {(Node | string)[]} */
const nodes = (children) =>
  children.flatMap((child) => {
    if (Array.isArray(child)) return nodes(child);
    if (child === null || child === undefined || child === false || child === "") return [];
    return [child instanceof Node ? child : String(child)];
  });

/** A decorative icon out of `index.html`, as large as the text around it. @param {string} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** Rich text is clean when it arrives; all the same, only what may be in it is taken over. @param {string | null} html */
export function richText(html) {
  const template = document.createElement("template");
  template.innerHTML = html ?? "";
  return h("div.prose", copies(template.content));
}

/** @param {Node} parent @returns {Child[]} */
const copies = (parent) =>
  [...parent.childNodes].map((node) => {
    if (!(node instanceof Element)) return node.nodeType === Node.TEXT_NODE && node.textContent;
    if (["SCRIPT", "STYLE", "TEMPLATE"].includes(node.nodeName)) return null;
    if (!ALLOWED.includes(node.nodeName)) return copies(node);
    const tag = /** @type {keyof HTMLElementTagNameMap} */ (node.localName);
    return h(tag, { href: tag === "a" && node.getAttribute("href") }, copies(node));
  });
