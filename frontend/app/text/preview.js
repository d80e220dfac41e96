/** The words of drafts, which few pages need. */
export const words = {
  en: {
    draft: "Draft",
    draftText: "Only editors see this.",
    endedTitle: "This preview has ended",
    endedText:
      "Previews last fifteen minutes and end when you sign out. Open the preview in the editor again.",
  },
  es: {
    draft: "Borrador",
    draftText: "Solo lo ven quienes editan.",
    endedTitle: "La vista previa terminó",
    endedText:
      "Las vistas previas duran quince minutos y terminan al cerrar sesión. Ábrala de nuevo en el editor.",
  },
};
