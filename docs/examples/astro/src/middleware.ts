import { defineMiddleware } from "astro:middleware";
import { API_URL } from "./api";

const PAGE = {
  "Cache-Control": "public, max-age=10, stale-while-revalidate=30",
  "Content-Security-Policy": "frame-ancestors 'none'",
};
// Only the admin may frame a draft, and nobody keeps it.
const PREVIEW = {
  "Cache-Control": "private, no-store",
  "Content-Security-Policy": `frame-ancestors ${API_URL}`,
  "Referrer-Policy": "no-referrer",
  "X-Robots-Tag": "noindex",
};

export const onRequest = defineMiddleware(async ({ url }, next) => {
  const response = await next();
  const isPreview = /^\/preview\/?$/.test(url.pathname);
  for (const [name, value] of Object.entries(isPreview ? PREVIEW : PAGE))
    if (isPreview || !response.headers.has(name)) response.headers.set(name, value);
  return response;
});
