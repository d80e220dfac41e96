/** The contact form and the newsletter's: what they ask, and every way that sending can end. */
import { api } from "../api.js";
import { h } from "../dom.js";
import { inLanguage, locale } from "../language.js";
import { words } from "../text/form.js";
import { agreement } from "./agreement.js";
import { plainForm } from "./form-place.js";
import { countdown } from "./states.js";

/** @typedef {{ name: string, label: string, isOptional?: boolean } & Record<string, any>} Field */

// Two routes with a body of their own each: one signature for both.
const post = /** @type {(path: string, options: object) => Promise<unknown>} */ (api.post);
const w = () => inLanguage(words);
let counter = 0;

/** What each form asks, in the names of the request's body. */
const FORMS = {
  contact: () => ({
    path: "/api/contact",
    action: w().send,
    done: [w().sentTitle, w().sentText],
    extra: {},
    fields: /** @type {Field[]} */ ([
      { name: "name", label: w().name, autocomplete: "name", maxlength: 200 },
      { name: "email", label: w().email, type: "email", autocomplete: "email", maxlength: 254 },
      { name: "subject", label: w().subject, isOptional: true, maxlength: 200 },
      { name: "message", label: w().message, rows: 6, maxlength: 5000 },
      { name: "consent", label: w().consent, type: "checkbox", value: "true" },
    ]),
  }),
  newsletter: () => ({
    path: "/api/subscribe",
    action: w().join_newsletter,
    done: [w().pendingTitle, w().pendingText],
    extra: { source: "frontend" },
    fields: /** @type {Field[]} */ ([
      { name: "email", label: w().email, type: "email", autocomplete: "email", maxlength: 254 },
    ]),
  }),
};

/** @param {keyof typeof FORMS} kind @param {Site} site */
export function form(kind, { contact_email: email, privacy_page: privacy }) {
  const { path, action, done, extra, fields } = FORMS[kind]();
  const id = `form-${++counter}`;
  const outcome = h("div.form-outcome", { role: "alert", tabindex: -1 });
  const button = h("button.button", { type: "submit" }, action);
  // One for each message, however often it is sent; another where its words are others.
  let key = "";
  let sent = "";
  const element = h("form.form", { novalidate: true, onsubmit: submit },
    fields.map((each) => field(each, `${id}-${each.name}`)),
    h("p.trap", { "aria-hidden": "true" },
      h("label", { for: `${id}-website` }, w().leaveEmpty),
      h("input", { id: `${id}-website`, name: "website", tabindex: -1, autocomplete: "off" })),
    // In a tab of its own: what was written so far stays.
    privacy && h("p.muted", w().privacy, " ",
      h("a", { href: privacy.url, target: "_blank" }, `${privacy.title} ${w().newTab}`)),
    outcome,
    button,
    // Last, so that nothing of the form moves when the sentence comes.
    kind === "newsletter" && agreement(w().agreeing));

  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    outcome.replaceChildren();
    const wrong = fields.filter((each) => !check(control(element, each.name)));
    if (wrong.length) return control(element, wrong[0].name)?.focus();
    const { consent, ...values } = Object.fromEntries(new FormData(element));
    const body = { ...values, ...extra, ...(consent && { consent: true }), locale };
    if (JSON.stringify(body) !== sent) {
      sent = JSON.stringify(body);
      key = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
    }
    button.disabled = true;
    button.textContent = w().sending;
    try {
      await post(path, { body, headers: kind === "contact" ? { "Idempotency-Key": key } : {} });
      const title = h("h3", { tabindex: -1 }, done[0]);
      element.replaceWith(h("div.form-done", title, h("p", done[1])));
      title.focus();
    } catch (error) {
      button.disabled = false;
      button.textContent = action;
      report(element, outcome, button, error, kind, email);
    }
  }
  return element;
}

/** @param {Field} field @param {string} id */
function field({ label, isOptional, ...options }, id) {
  const attributes = { ...options, id, required: !isOptional, "aria-describedby": `${id}-error` };
  const input = options.rows ? h("textarea", attributes) : h("input", attributes);
  const name = h("label", { for: id }, label, isOptional && h("span.muted", ` (${w().optional})`));
  const error = h("span.field-error", { id: `${id}-error` });
  return options.type === "checkbox" ? h("p.field.check", input, name, error) : h("p.field", name, input, error);
}

/** @param {HTMLFormElement} element @param {string} name */
const control = (element, name) => /** @type {HTMLInputElement | null} */ (element.elements.namedItem(name));

/** Whether a field is filled in as it should be; says what is wrong. @param {HTMLInputElement | null} input */
function check(input) {
  if (!input) return true;
  const isEmpty = input.validity.valueMissing || (input.required && !input.value.trim());
  mark(input, isEmpty ? w().required : input.validity.typeMismatch ? w().badEmail : "");
  return !input.ariaInvalid;
}

/** @param {HTMLInputElement} input @param {string} message Empty: nothing is wrong. */
function mark(input, message) {
  input.ariaInvalid = message ? "true" : null;
  document.getElementById(`${input.id}-error`)?.replaceChildren(message);
}

/**
 * @param {HTMLFormElement} element
 * @param {HTMLElement} outcome
 * @param {HTMLButtonElement} button
 * @param {ApiError} error
 * @param {keyof typeof FORMS} kind
 * @param {string | null} email Where one can write instead.
 */
function report(element, outcome, button, { status, problem, retryAfter }, kind, email) {
  const errors = (problem?.errors ?? []).map(({ pointer, message }) => ({
    input: control(element, pointer?.slice(1) ?? ""), message,
  }));
  for (const { input, message } of errors) if (input) mark(input, message);
  if (errors.length && errors.every(({ input }) => input)) return errors[0].input?.focus();
  if (status === 429) outcome.append(w().tooMany, " ", countdown(retryAfter ?? 60, button));
  else if (errors.length) outcome.append(w().formErrors, " ", errors.map(({ message }) => message).join(" "));
  else if (status === 409) outcome.append(w().onItsWay, " ", countdown(retryAfter ?? 1, button));
  else {
    outcome.append(w().formUnavailable);
    // 404: this CMS has no such form at all.
    if (status !== 404) outcome.append(" ", h("a", { href: plainForm(kind) }, w().plainForm), ".");
  }
  if (email) outcome.append(h("p", w().writeInstead, " ", h("a", { href: `mailto:${email}` }, email)));
  outcome.focus();
}
