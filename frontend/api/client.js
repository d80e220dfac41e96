// A client of the content API; client.d.ts says what it takes and answers.

const PAUSE = 300;

/** @type {typeof import("./client.d.ts").ApiError} */
export const ApiError = class ApiError extends Error {
  constructor(message, { status = 0, problem = null, retryAfter = null, cause } = {}) {
    super(message, { cause });
    Object.assign(this, { name: "ApiError", status, problem, retryAfter });
  }
};

/** @type {typeof import("./client.d.ts").isType} */
export const isType = (page, type) => page.meta.type === type;

/** @type {typeof import("./client.d.ts").createClient} */
export function createClient(baseUrl, defaults = {}) {
  /** @param {string} method @param {string} path @param {any} [options] typed by Client */
  async function call(method, path, { params, query, body, timeout, ...init } = {}) {
    const url = baseUrl.replace(/\/+$/, "") + fill(path, params) + serialise(query);
    const limit = AbortSignal.timeout(timeout ?? defaults.timeout ?? 10_000);
    const signal = init.signal ? AbortSignal.any([init.signal, limit]) : limit;
    const request = { credentials: "omit", ...init, method, signal };
    if (body !== undefined) {
      request.headers = { "Content-Type": "application/json", ...init.headers };
      request.body = JSON.stringify(body);
    }
    for (let triesLeft = method === "GET" ? 2 : 1; ; ) {
      try {
        return await read(await (defaults.fetch ?? fetch)(url, request));
      } catch (cause) {
        if (cause instanceof ApiError) throw cause;
        init.signal?.throwIfAborted();
        if (limit.aborted) throw new ApiError("No answer in time.", { cause });
        if (--triesLeft === 0) throw new ApiError("The API cannot be reached.", { cause });
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    }
  }
  return { get: call.bind(null, "GET"), post: call.bind(null, "POST") };
}

/** @param {string} path @param {any} params */
const fill = (path, params) =>
  path.replace(/\{(\w+)\}/g, (_, name) => {
    const value = String(params?.[name] ?? "");
    // Dots alone would lead elsewhere.
    if (/^\.{0,2}$/.test(value)) throw new TypeError(`No ${name} for ${path}`);
    return encodeURIComponent(value);
  });

/** @param {object} query lists are repeated */
function serialise(query = {}) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    for (const item of [value].flat()) if (item != null) search.append(name, item);
  return `?${search}`.replace(/^\?$/, "");
}

/** @param {Response} response */
async function read(response) {
  const text = await response.text();
  let value;
  try {
    value = text ? JSON.parse(text) : undefined;
  } catch (cause) {
    if (response.ok) throw new ApiError("The answer is not JSON.", { cause });
  }
  if (response.ok) return value;
  const { status, headers } = response;
  const problem = value?.status === status ? value : null;
  const wait = headers.get("Retry-After")?.match(/^\d+$/);
  const retryAfter = wait ? Number(wait[0]) : null;
  throw new ApiError(problem?.detail ?? `HTTP ${status}`, { status, problem, retryAfter });
}
