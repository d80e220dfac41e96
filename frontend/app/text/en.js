/** The interface in English. */
export const words = {
  skip: "Skip to the content",
  menu: "Menu",
  mainNavigation: "Main",
  footerNavigation: "About this site",
  languages: "Language",
  more: (/** @type {string} */ title) => `More under ${title}`,
  loading: "Loading",
  toEvents: "All events",
  type: {
    talk: "Talk", workshop: "Workshop", meetup: "Meetup", conference: "Conference",
    hackathon: "Hackathon", webinar: "Webinar", course: "Course", other: "Event",
  },
  mode: { offline: "On site", online: "Online", mixed: "On site and online" },
  status: {
    scheduled: "", cancelled: "Cancelled", postponed: "Postponed", moved_online: "Moved online",
  },
  now: "Happening now",
  allDay: "All day",
  zone: (/** @type {string} */ place, /** @type {string} */ offset) =>
    place === "UTC" ? place : `${place} time (${offset})`,
  online: "Online",
};
