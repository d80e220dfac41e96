// What the types of the client must accept and, on lines after @ts-expect-error, refuse. The compiler
// reports a refusal that does not happen, so `make check` fails on both.
import { API_URL } from "/config.js";
import { ApiError, createClient, isType } from "/api/client.js";
import type { GetPath, Page, Schemas } from "/api/client.js";

const api = createClient(API_URL, { timeout: 5_000, fetch });

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
const same = <A, B>(_: Same<A, B>): void => undefined;

export async function accepted(signal: AbortSignal): Promise<void> {
  const site = await api.get("/api/v2/site/");
  same<typeof site, Schemas["Site"]>(true);

  const events = await api.get("/api/v2/events/", {
    query: { when: "upcoming", tag: ["python", "community"], limit: 10, locale: "es" },
    signal,
    timeout: 2_000,
    cache: "no-store",
  });
  same<typeof events.items, Schemas["EventListItem"][]>(true);
  same<typeof events.meta.total_count, number>(true);

  const event = await api.get("/api/v2/events/{id}/", { params: { id: 25 } });
  same<typeof event, Schemas["Event"]>(true);

  const resolved = await api.get("/api/v2/resolve/", { query: { path: "/about/" } });
  if (resolved.kind === "redirect") {
    same<typeof resolved.permanent, boolean>(true);
  } else {
    same<typeof resolved.page, Page>(true);
    if (isType(resolved.page, "content.EventPage")) resolved.page.starts_at.slice(0, 10);
    // @ts-expect-error: only events have times
    resolved.page.starts_at;
  }
}

export async function refused(): Promise<void> {
  // @ts-expect-error: no such path
  await api.get("/api/v2/images/");
  // @ts-expect-error: a calendar is not JSON
  await api.get("/api/events.ics");
  // @ts-expect-error: no such parameter
  await api.get("/api/v2/events/", { query: { colour: "red" } });
  // @ts-expect-error: no such value
  await api.get("/api/v2/events/", { query: { when: "soon" } });
  // @ts-expect-error: a number
  await api.get("/api/v2/events/", { query: { limit: "10" } });
  // @ts-expect-error: the query is required
  await api.get("/api/v2/resolve/");
  // @ts-expect-error: so is the path in it
  await api.get("/api/v2/resolve/", { query: {} });
  // @ts-expect-error: and the id
  await api.get("/api/v2/events/{id}/");
  // @ts-expect-error: which is a number
  await api.get("/api/v2/events/{id}/", { params: { id: "25" } });
  // @ts-expect-error: a path without parameters takes none
  await api.get("/api/v2/site/", { params: { id: 25 } });
  // @ts-expect-error: reading has no body
  await api.get("/api/v2/site/", { body: {} });
  // @ts-expect-error: events are read, not written
  await api.post("/api/v2/events/", { body: {} });
  // @ts-expect-error: answers have nothing but what the document says
  (await api.get("/api/v2/site/")).colour;
  // @ts-expect-error: no such type of page
  isType({} as Page, "content.Album");
}

export function described(error: unknown): string {
  if (!(error instanceof ApiError)) return "";
  const [first] = error.problem?.errors ?? [];
  return `${error.status} ${error.retryAfter ?? 0} ${first?.message ?? error.message}`;
}

same<Extract<GetPath, "/api/v2/events/{id}/">, "/api/v2/events/{id}/">(true);
