/** @type {CommonWords} */
export const words = {
  skip: "Ir al contenido",
  menu: "Menú",
  mainNavigation: "Principal",
  footerNavigation: "Sobre este sitio",
  languages: "Idioma",
  more: (title) => `Más en ${title}`,
  loading: "Cargando",
  toEvents: "Todos los eventos",
  type: {
    talk: "Charla", workshop: "Taller", meetup: "Encuentro", conference: "Conferencia",
    hackathon: "Hackatón", webinar: "Webinario", course: "Curso", other: "Evento",
  },
  mode: { offline: "Presencial", online: "En línea", mixed: "Presencial y en línea" },
  status: {
    scheduled: "", cancelled: "Cancelado", postponed: "Pospuesto", moved_online: "Ahora en línea",
  },
  now: "En este momento",
  allDay: "Todo el día",
  zone: (place, offset) => (place === "UTC" ? place : `hora de ${place} (${offset})`),
  online: "En línea",
};
