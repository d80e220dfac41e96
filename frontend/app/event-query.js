import { t } from "./language.js";

export const PAGE_SIZE = 12;
const LAST_PAGE = 10_000 / PAGE_SIZE;

export const WHEN = /** @type {const} */ (["upcoming", "past", "all"]);

/** @template {object} T @param {T} names */
const keys = (names) => /** @type {(keyof T)[]} */ (Object.keys(names));

/** The list's filters in its address and in the API's query. @type {EventQuery} */
export const { isFiltered, listAddress, listQuery, readFilters } = {
  readFilters(params) {
    /** @template T @param {string} name @param {readonly T[]} values */
    const choice = (name, values) => values.find((each) => each === params.get(name));
    const page = Number(params.get("page"));
    return {
      when: choice("when", WHEN) ?? "upcoming",
      event_type: choice("event_type", keys(t.type)),
      attendance_mode: choice("attendance_mode", keys(t.mode)),
      tag: [...new Set(params.getAll("tag").map(clean).filter(Boolean))].slice(0, 10),
      search: clean(params.get("search") ?? ""),
      page: page > 0 ? Math.ceil(Math.min(page, LAST_PAGE)) : 1,
    };
  },

  listAddress(path, { when = "upcoming", page = 1, ...filters }) {
    const params = asParams(filters);
    if (when !== "upcoming") params.set("when", when);
    if (page > 1) params.set("page", String(page));
    return params.size ? `${path}?${params}` : path;
  },

  listQuery: ({ when, page, search, ...rest }) => ({
    ...rest,
    when: when === "all" ? undefined : when,
    search: search || undefined,
    limit: PAGE_SIZE,
    offset: (page - 1) * PAGE_SIZE,
  }),

  isFiltered: (filters) => asParams(filters).size > 0,
};

/** As the API allows: without control characters, and not longer. */
const clean = (text = "") => text.replace(/[\u0000-\u001f\ud800-\udfff]/gu, " ").trim().slice(0, 200);

/** What lists and calendars are filtered by. @param {Partial<Filters>} filters */
export function asParams({ event_type, attendance_mode, tag = [], search }) {
  const params = new URLSearchParams(tag.map((each) => ["tag", each]));
  for (const [name, value] of Object.entries({ event_type, attendance_mode, search }))
    if (value) params.set(name, value);
  return params;
}
