/**
 * The language of words that stand in for a translation, else undefined: the API then names the
 * page that they come from first.
 * @param {{ meta: Pick<EventItem["meta"], "is_translated" | "translations"> }} page
 */
export const foreign = ({ meta }) => (meta.is_translated ? undefined : meta.translations[0]?.locale);
