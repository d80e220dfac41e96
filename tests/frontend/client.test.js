// The client over HTTP, against servers on loopback that answer as each test says.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";

import { ApiError, createClient, isType } from "../../frontend/api/client.js";

const PROBLEM = {
  type: "about:blank",
  title: "Bad Request",
  status: 400,
  detail: "The query is not valid.",
  instance: "/api/events",
  request_id: "b4bb785186724cd788a0bd195e97edcc",
  errors: [{ parameter: "colour", code: "unknown", message: "This parameter is not known." }],
};

/**
 * Runs `use` with a client of a server that answers with `answer`, and with the requests it saw.
 */
async function serving(answer, use, options) {
  const seen = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    const { method, url, headers } = request;
    seen.push({ method, url, headers, body });
    answer(response, seen.length);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await use(createClient(`http://127.0.0.1:${server.address().port}/`, options), seen);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const json = (value, status = 200, headers = {}) => (response) =>
  response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(value));

const failure = async (promise) => {
  const error = await promise.then(assert.fail, (reason) => reason);
  assert.ok(error instanceof ApiError, error);
  return error;
};

test("parameters are written into path and query", () =>
  serving(json({ items: [] }), async (api, seen) => {
    await api.get("/api/v2/events/", {
      query: { tag: ["C++ & C", "año"], when: "upcoming", search: undefined, locale: null, limit: 0 },
    });
    await api.get("/api/projects/{owner}/{name}", { params: { owner: "a/b", name: "next.js" } });
    await api.get("/api/v2/site/");
    const query = "tag=C%2B%2B+%26+C&tag=a%C3%B1o&when=upcoming&limit=0";
    assert.deepEqual(
      seen.map(({ url }) => url),
      [`/api/v2/events/?${query}`, "/api/projects/a%2Fb/next.js", "/api/v2/site/"],
    );
  }));

test("a path parameter that would lead elsewhere is refused before anything is sent", () =>
  serving(json({}), async (api, seen) => {
    for (const id of ["", ".", "..", undefined, null]) {
      await assert.rejects(api.get("/api/v2/events/{id}/", { params: { id } }), TypeError);
    }
    await assert.rejects(api.get("/api/v2/events/{id}/"), TypeError);
    assert.equal(seen.length, 0);
  }));

test("an answer is its JSON", () =>
  serving(json({ name: "Yigüirro" }), async (api, seen) => {
    assert.deepEqual(await api.get("/api/v2/site/"), { name: "Yigüirro" });
    assert.equal(seen[0].method, "GET");
    assert.equal(seen[0].headers.cookie, undefined);
  }));

test("a problem of the API is told with its errors and the time to wait", () =>
  serving(json(PROBLEM, 400, { "Retry-After": "30" }), async (api, seen) => {
    const error = await failure(api.get("/api/events", { query: { colour: "red" } }));
    assert.equal(error.status, 400);
    assert.equal(error.message, "The query is not valid.");
    assert.deepEqual(error.problem, PROBLEM);
    assert.equal(error.retryAfter, 30);
    assert.equal(seen.length, 1, "what the server has answered is not asked again");
  }));

test("an error page of something in between has a status and no problem", async () => {
  const page = (response) =>
    response.writeHead(502, { "Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT" }).end("<h1>Bad Gateway");
  await serving(page, async (api) => {
    const error = await failure(api.get("/api/v2/site/"));
    assert.deepEqual([error.status, error.problem, error.retryAfter], [502, null, null]);
  });
  await serving(json({ message: "no" }, 403), async (api) => {
    const error = await failure(api.get("/api/v2/site/"));
    assert.deepEqual([error.status, error.problem], [403, null]);
  });
});

test("a page with status 200 is not an answer of the API", () =>
  serving((response) => response.end("<!doctype html>"), async (api) => {
    assert.equal((await failure(api.get("/api/v2/site/"))).status, 0);
  }));

test("reading is tried once more when the connection is cut", async () => {
  const cutOnce = (response, count) => (count === 1 ? response.destroy() : json({ count })(response));
  await serving(cutOnce, async (api) => {
    assert.deepEqual(await api.get("/api/v2/site/"), { count: 2 });
  });
  const cutBodyOnce = (response, count) => {
    if (count > 1) return json({ count })(response);
    response.writeHead(200, { "Content-Length": "100" }).write("{");
    setTimeout(() => response.destroy(), 20);
  };
  await serving(cutBodyOnce, async (api) => {
    assert.deepEqual(await api.get("/api/v2/site/"), { count: 2 });
  });
  await serving((response) => response.destroy(), async (api, seen) => {
    const error = await failure(api.get("/api/v2/site/"));
    assert.equal(error.status, 0);
    assert.ok(error.cause);
    assert.equal(seen.length, 2);
  });
});

test("writing is never repeated", () =>
  serving((response) => response.destroy(), async (api, seen) => {
    assert.equal((await failure(api.post("/api/contact", { body: { name: "Ana" } }))).status, 0);
    assert.equal(seen.length, 1);
  }));

test("a body is sent as JSON, with further headers", () =>
  serving(json({ id: "1" }, 201), async (api, seen) => {
    const headers = { "Idempotency-Key": "7" };
    assert.deepEqual(await api.post("/api/contact", { body: { name: "Ñ" }, headers }), { id: "1" });
    assert.equal(seen[0].method, "POST");
    assert.equal(seen[0].body, '{"name":"Ñ"}');
    assert.equal(seen[0].headers["content-type"], "application/json");
    assert.equal(seen[0].headers["idempotency-key"], "7");
  }));

test("an answer without a body is undefined", () =>
  serving((response) => response.writeHead(204).end(), async (api) => {
    assert.equal(await api.post("/api/unsubscribe", { body: {} }), undefined);
  }));

test("an API that does not answer, or not to the end, is given up", async () => {
  const silent = () => undefined;
  const stuck = (response) => response.writeHead(200).write("{");
  for (const answer of [silent, stuck]) {
    await serving(
      answer,
      async (api, seen) => {
        // Time enough for a busy machine to ask at all.
        assert.equal((await failure(api.get("/api/v2/site/", { timeout: 2_000 }))).status, 0);
        assert.equal(seen.length, 1, "a slow API is not asked again");
      },
      { timeout: 60_000 },
    );
  }
});

test("who aborts gets the own reason", () =>
  serving(() => undefined, async (api) => {
    const controller = new AbortController();
    const answer = api.get("/api/v2/site/", { signal: controller.signal });
    const reason = new Error("left the page");
    controller.abort(reason);
    await assert.rejects(answer, reason);
  }));

test("pages are told apart by their type", () => {
  const page = { meta: { type: "content.EventPage" } };
  assert.ok(isType(page, "content.EventPage"));
  assert.ok(!isType(page, "home.HomePage"));
});
