/** The words of the pages that the newsletter's mails lead to. */
export const words = {
  en: {
    confirm: {
      title: "Confirm your subscription",
      text: "One click, and you are on the list.",
      action: "Confirm",
    },
    agreeing: "By confirming you agree:",
    unsubscribe: {
      title: "Unsubscribe",
      text: "One click, and you get no more newsletters from us.",
      action: "Unsubscribe",
    },
    confirmed: { title: "You are subscribed", text: "You get the newsletter from now on." },
    unsubscribed: { title: "You are not subscribed", text: "You get no newsletter. You need do nothing more." },
    erased: {
      title: "This link is of an earlier subscription",
      text: "That subscription is over and its data are erased. Did you subscribe again later? Then follow the link in the newest mail to unsubscribe.",
    },
    invalid: {
      title: "This link is not valid",
      text: "Perhaps a part of it is missing: please copy the whole address from the mail.",
    },
    expired: {
      title: "This link is too old",
      text: "A link to confirm works for seven days. Please subscribe again to get another one.",
    },
    otherLanguage: "Or get it in another language",
    failed: "That did not work just now. Please try again, or",
    plainPage: "use the page without scripts",
    toStart: "To the start page",
  },
  es: {
    confirm: {
      title: "Confirme su suscripción",
      text: "Un clic, y estará en la lista.",
      action: "Confirmar",
    },
    agreeing: "Al confirmar usted acepta:",
    unsubscribe: {
      title: "Darse de baja",
      text: "Un clic, y no recibirá más boletines nuestros.",
      action: "Darse de baja",
    },
    confirmed: { title: "Se ha suscrito", text: "Desde ahora recibe el boletín." },
    unsubscribed: { title: "No está suscrito", text: "No recibe el boletín. No tiene que hacer nada más." },
    erased: {
      title: "Este enlace es de una suscripción anterior",
      text: "Esa suscripción terminó y sus datos se borraron. ¿Se suscribió de nuevo después? Entonces siga el enlace del correo más reciente para darse de baja.",
    },
    invalid: {
      title: "Este enlace no es válido",
      text: "Quizá le falta una parte: copie la dirección completa desde el correo.",
    },
    expired: {
      title: "Este enlace es demasiado antiguo",
      text: "Un enlace de confirmación sirve durante siete días. Suscríbase de nuevo para recibir otro.",
    },
    otherLanguage: "O recibirlo en otro idioma",
    failed: "No funcionó en este momento. Inténtelo de nuevo, o",
    plainPage: "use la página sin scripts",
    toStart: "Ir al inicio",
  },
};
