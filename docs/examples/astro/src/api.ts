// In a project of your own: copy client.js, client.d.ts and schema.d.ts from frontend/api.
import { ApiError, createClient, type Schemas } from "../../../../frontend/api/client.js";

export { ApiError, type Schemas };
export const API_URL = process.env.API_URL ?? "http://localhost:8000";
export const api = createClient(API_URL, { timeout: 5_000 });
export type Locale = "en" | "es";

/** The answer of a call, or its error: a template shows both. */
export async function attempt<T>(call: Promise<T>): Promise<{ answer?: T; error?: ApiError }> {
  try {
    return { answer: await call };
  } catch (error) {
    if (error instanceof ApiError) return { error };
    throw error;
  }
}

/** What is not there is a 404; anything else is a 503, for which a search engine comes back. */
export function answerError(error: ApiError, response: { status?: number; headers: Headers }) {
  response.status = error.status === 404 || error.status === 400 ? 404 : 503;
  if (response.status === 404) return;
  response.headers.set("Retry-After", String(error.retryAfter ?? 10));
  response.headers.set("Cache-Control", "no-store");
}
