/** What the client itself says around the app's own texts, in the reader's language. */
export interface Words {
  onlyYou: string;
  edited: string;
  app: string;
  home: string;
  messages: string;
  channels: string;
  directMessages: string;
  apps: string;
  close: string;
  closeAll: string;
  cancel: string;
  back: string;
  yes: string;
  optional: string;
  send: string;
  writeTo: (name: string) => string;
  slashHint: string;
  commands: string;
  noMatch: string;
  loading: string;
  loadFailed: string;
  typeMore: (least: number) => string;
  remove: (name: string) => string;
  clear: string;
  choose: string;
  moreActions: string;
  messageActions: string;
  fileTypes: (types: string) => string;
  fileTooBig: (name: string) => string;
  tooManyFiles: (most: number) => string;
  tooManyChosen: (most: number) => string;
  noAnswer: string;
  emptyHome: string;
  emptyConversation: string;
  readOnly: string;
  shortcuts: string;
  unread: string;
  inThread: string;
  sending: string;
}

const en: Words = {
  onlyYou: "Only visible to you",
  edited: "(edited)",
  app: "App",
  home: "Home",
  messages: "Messages",
  channels: "Channels",
  directMessages: "Direct messages",
  apps: "Apps",
  close: "Close",
  closeAll: "Close the form",
  cancel: "Cancel",
  back: "Back",
  yes: "Yes",
  optional: "(optional)",
  send: "Send",
  writeTo: (name) => `Message ${name}`,
  slashHint: "Type / to see what the app can do.",
  commands: "Commands",
  noMatch: "No results",
  loading: "Loading options…",
  loadFailed: "The options could not be loaded. Type again to retry.",
  typeMore: (least) => `Type at least ${least} ${least === 1 ? "character" : "characters"}`,
  remove: (name) => `Remove ${name}`,
  clear: "Clear",
  choose: "Choose an option",
  moreActions: "More actions",
  messageActions: "Message actions",
  fileTypes: (types) => `Allowed: ${types}`,
  fileTooBig: (name) => `${name} is larger than 10 MB`,
  tooManyFiles: (most) => `At most ${most} ${most === 1 ? "file" : "files"}`,
  tooManyChosen: (most) => `At most ${most} can be chosen`,
  noAnswer: "The app did not answer. Try again.",
  emptyHome: "The app has put nothing here yet.",
  emptyConversation: "Nothing has been said here yet.",
  readOnly: "Sending messages to this app has been turned off.",
  shortcuts: "Shortcuts",
  unread: "unread",
  inThread: "in a thread",
  sending: "Sending…",
};

const es: Words = {
  onlyYou: "Solo visible para ti",
  edited: "(editado)",
  app: "App",
  home: "Inicio",
  messages: "Mensajes",
  channels: "Canales",
  directMessages: "Mensajes directos",
  apps: "Aplicaciones",
  close: "Cerrar",
  closeAll: "Cerrar el formulario",
  cancel: "Cancelar",
  back: "Atrás",
  yes: "Sí",
  optional: "(opcional)",
  send: "Enviar",
  writeTo: (name) => `Escribe a ${name}`,
  slashHint: "Escribe / para ver lo que hace la aplicación.",
  commands: "Comandos",
  noMatch: "Sin resultados",
  loading: "Cargando opciones…",
  loadFailed: "No se han podido cargar las opciones. Escribe de nuevo para reintentarlo.",
  typeMore: (least) => `Escribe al menos ${least} ${least === 1 ? "carácter" : "caracteres"}`,
  remove: (name) => `Quitar ${name}`,
  clear: "Borrar",
  choose: "Elige una opción",
  moreActions: "Más acciones",
  messageActions: "Acciones del mensaje",
  fileTypes: (types) => `Permitidos: ${types}`,
  fileTooBig: (name) => `${name} ocupa más de 10 MB`,
  tooManyFiles: (most) => `${most} ${most === 1 ? "archivo" : "archivos"} como máximo`,
  tooManyChosen: (most) => `Se pueden elegir ${most} como máximo`,
  noAnswer: "La aplicación no ha respondido. Inténtalo de nuevo.",
  emptyHome: "La aplicación todavía no ha puesto nada aquí.",
  emptyConversation: "Todavía no se ha dicho nada aquí.",
  readOnly: "El envío de mensajes a esta aplicación está desactivado.",
  shortcuts: "Atajos",
  unread: "sin leer",
  inThread: "en un hilo",
  sending: "Enviando…",
};

/** The client's words for an IETF language tag; English for any but Spanish. */
export function wordsFor(locale: string): Words {
  return locale.toLowerCase().startsWith("es") ? es : en;
}
