import { createClient } from "../api/client.js";
import { API_URL } from "/config.js";

export { API_URL };
export const api = createClient(API_URL);
