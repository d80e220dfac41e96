/**
 * The types of client.js, derived from schema.d.ts, which is generated from the OpenAPI document.
 * Paths, parameters, bodies and answers are those of the document, and nothing else compiles.
 */
import type { components, paths } from "./schema.d.ts";

/** Every named schema of the document, as `Schemas["EventListItem"]`. */
export type Schemas = components["schemas"];
/** An error as the API answers it (RFC 9457). */
export type Problem = Schemas["Problem"];
/** One page in the shape of its type, as `resolve` and the page detail answer it. */
export type Page = Schemas["Page"];
export type PageType = Page["meta"]["type"];

type Json<Responses> = {
  [Status in keyof Responses & (200 | 201 | 202)]: Responses[Status] extends {
    content: { "application/json": infer Body };
  }
    ? Body
    : never;
}[keyof Responses & (200 | 201 | 202)];
type Success<Operation> = Operation extends { responses: infer Responses } ? Json<Responses> : never;

/** The paths that answer JSON to GET. */
export type GetPath = {
  [P in keyof paths]: [Success<paths[P]["get"]>] extends [never] ? never : P;
}[keyof paths];
/** The paths that take a POST. */
export type PostPath = {
  [P in keyof paths]: paths[P] extends { post: { responses: unknown } } ? P : never;
}[keyof paths];

type QueryOption<Operation> = Operation extends { parameters: { query: infer Query } }
  ? { query: Query }
  : Operation extends { parameters: { query?: infer Query } }
    ? { query?: Query }
    : unknown;
type ParamsOption<Operation> = Operation extends { parameters: { path: infer Params } }
  ? { params: Params }
  : { params?: never };
type BodyOption<Operation> = Operation extends {
  requestBody: { content: { "application/json": infer Body } };
}
  ? { body: Body }
  : { body?: unknown };

/** What `fetch` takes, and a time-out in milliseconds for the whole call, its retry included. */
export interface RequestOptions extends Omit<RequestInit, "body" | "headers" | "method"> {
  headers?: Record<string, string>;
  timeout?: number;
}
export type GetOptions<P extends GetPath> = RequestOptions &
  QueryOption<paths[P]["get"]> &
  ParamsOption<paths[P]["get"]>;
export type PostOptions<P extends PostPath> = RequestOptions &
  QueryOption<paths[P]["post"]> &
  ParamsOption<paths[P]["post"]> &
  BodyOption<paths[P]["post"]>;
type Arguments<Options> = {} extends Options ? [options?: Options] : [options: Options];

/** What a GET of the path answers. With `fields`, what was not asked for is absent all the same. */
export type GetAnswer<P extends GetPath> = Success<paths[P]["get"]>;
export type PostAnswer<P extends PostPath> = [Success<paths[P]["post"]>] extends [never]
  ? undefined
  : Success<paths[P]["post"]>;

export interface Client {
  /** Tried once more when the connection fails: reading twice does no harm. */
  get<P extends GetPath>(path: P, ...options: Arguments<GetOptions<P>>): Promise<GetAnswer<P>>;
  /** Never tried again by itself. */
  post<P extends PostPath>(path: P, ...options: Arguments<PostOptions<P>>): Promise<PostAnswer<P>>;
}

export interface ClientOptions {
  /** Milliseconds; 10,000 unless said otherwise. */
  timeout?: number;
  /** Instead of the global `fetch`. */
  fetch?: typeof globalThis.fetch;
}

/**
 * A client of the API at `baseUrl`, its `PUBLIC_URL`.
 *
 * Its methods reject with an {@link ApiError}, or with the reason of `signal` when that is aborted.
 */
export function createClient(baseUrl: string, options?: ClientOptions): Client;

/** Narrows a page to its type: `if (isType(page, "content.EventPage")) page.starts_at`. */
export function isType<T extends PageType>(
  page: Page,
  type: T,
): page is Extract<Page, { meta: { type: T } }>;

export class ApiError extends Error {
  constructor(
    message: string,
    details?: { status?: number; problem?: Problem | null; retryAfter?: number | null; cause?: unknown },
  );
  /** Of HTTP; 0 when no answer of the API came: no connection, a time-out, something else than JSON. */
  readonly status: number;
  /** What the API says is wrong, or null where the answer was not the API's. */
  readonly problem: Problem | null;
  /** Seconds to wait before the next try, or null. */
  readonly retryAfter: number | null;
}
