import { h } from "../dom.js";

/**
 * A picture in all its widths; the style sheet says what is cut off, around the focal point.
 * @param {Image} image @param {string} sizes As in `<img sizes>`.
 */
export function picture(image, sizes, { eager = false, decorative = false } = {}) {
  const img = h("img", {
    alt: decorative ? "" : image.alt,
    width: image.width,
    height: image.height,
    loading: eager ? "eager" : "lazy",
    fetchpriority: eager ? "high" : null,
    decoding: "async",
    src: image.src,
  });
  if (image.focal_point) {
    const { x, y } = image.focal_point;
    img.style.objectPosition = `${x * 100}% ${y * 100}%`;
  }
  return h("picture", image.sources.map(({ type, srcset }) => h("source", { type, srcset, sizes })), img);
}
