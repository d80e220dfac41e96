const wait = (/** @type {number} */ seconds) =>
  seconds > 90 ? `${Math.ceil(seconds / 60)} min` : `${seconds} s`;

/** What is said when there is no page to show. */
export const words = {
  en: {
    notFoundTitle: "Nothing lives here",
    notFoundText: "The page was moved, withdrawn or never existed.",
    toStart: "To the start page",
    failedTitle: "That did not work",
    offlineText: "The site cannot be reached. Check your connection, or try again in a moment.",
    serverText: "The site has a problem at its end. Please try again in a moment.",
    busyTitle: "One moment, please",
    busyText: "There are many requests right now.",
    busyWait: (/** @type {number} */ seconds) => `You can try again in ${wait(seconds)}.`,
    retry: "Try again",
    reference: (/** @type {string} */ id) => `Reference: ${id}`,
  },
  es: {
    notFoundTitle: "Aquí no hay nada",
    notFoundText: "La página cambió de lugar, se retiró o nunca existió.",
    toStart: "Ir al inicio",
    failedTitle: "Algo salió mal",
    offlineText: "No se puede llegar al sitio. Revise su conexión o inténtelo en un momento.",
    serverText: "El sitio tiene un problema. Inténtelo de nuevo en un momento.",
    busyTitle: "Un momento, por favor",
    busyText: "Hay muchas solicitudes en este momento.",
    busyWait: (/** @type {number} */ seconds) => `Puede intentarlo de nuevo en ${wait(seconds)}.`,
    retry: "Intentar de nuevo",
    reference: (/** @type {string} */ id) => `Referencia: ${id}`,
  },
};
