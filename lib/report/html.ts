/** HTML as text. */

/** Attributes of an element; `true` is one without value, `false` and `undefined` are left out. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** A text as HTML shows it. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** An element; its content is HTML already. */
export function element(name: string, attributes: Attributes, ...content: string[]): string {
  return `${openTag(name, attributes)}${content.join("")}</${name}>`;
}

/** A text in an element. */
export function textElement(name: string, text: string, attributes: Attributes = {}): string {
  return element(name, attributes, escapeHtml(text));
}

/** A link to a place of the page, or to a file beside it. */
export function link(target: string, text: string, attributes: Attributes = {}): string {
  return textElement("a", text, { href: target, ...attributes });
}

/** An element that has no content, such as an image. */
export function openTag(name: string, attributes: Attributes): string {
  const parts = Object.entries(attributes).flatMap(([key, value]) => {
    if (value === undefined || value === false) return [];
    return [value === true ? key : `${key}="${escapeHtml(String(value))}"`];
  });
  return `<${[name, ...parts].join(" ")}>`;
}

/** A name for `id` and `#...`, of letters, digits and hyphens. */
export function anchorOf(...parts: readonly (string | number)[]): string {
  return parts.join("-").replaceAll(/[^\w.-]+/g, "_");
}
