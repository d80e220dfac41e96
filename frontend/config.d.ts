/** `/config.js`, which the server makes from its settings. */

/** Where the API is: `PUBLIC_URL`, without a slash at the end. */
export const API_URL: string;
