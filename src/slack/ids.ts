/**
 * Every name that travels to Slack and comes back. Names carry a version: a button or form of an older one is still out
 * there after an update, so a name never changes its meaning.
 */
export const commands = {
  buy: "/csp-buy",
  keys: "/csp-keys",
  cancel: "/csp-cancel",
  support: "/csp-support",
  help: "/csp",
} as const;

/** Forms that can be submitted. */
export const callbacks = {
  buyForm: "buy.form.v1",
  buyConfirm: "buy.confirm.v1",
  keysForm: "keys.form.v1",
  cancelForm: "cancel.form.v1",
  cancelConfirm: "cancel.confirm.v1",
  supportForm: "support.form.v1",
  supportFiled: "support.filed.v1",
} as const;

/** Buttons and selects that are told to us the moment they are used. */
export const actions = {
  buyOpen: "buy.open.v1",
  buyCustomer: "buy.customer.v1",
  buyProduct: "buy.product.v1",
  buyBack: "buy.back.v1",
  keysOpen: "keys.open.v1",
  keysCustomer: "keys.customer.v1",
  keysLine: "keys.line.v1",
  keysVersion: "keys.version.v1",
  keysLanguage: "keys.language.v1",
  keysDownload: "keys.download.v1",
  keysPortal: "keys.portal.v1",
  cancelOpen: "cancel.open.v1",
  cancelCustomer: "cancel.customer.v1",
  cancelProduct: "cancel.product.v1",
  cancelLine: "cancel.line.v1",
  cancelBack: "cancel.back.v1",
  supportOpen: "support.open.v1",
  supportFiled: "support.filed.open.v1",
  supportPortal: "support.portal.v1",
} as const;

/** Answers of a form that are read when it is submitted. */
export const inputs = {
  buyTerm: "buy.term.v1",
  buyQuantity: "buy.quantity.v1",
  keysFileType: "keys.file-type.v1",
  keysVersionTyped: "keys.version-typed.v1",
  keysLanguageTyped: "keys.language-typed.v1",
  keysFileTypeTyped: "keys.file-type-typed.v1",
  supportCustomer: "support.customer.v1",
  supportImpact: "support.impact.v1",
  supportTitle: "support.title.v1",
  supportOrder: "support.order.v1",
  supportReason: "support.reason.v1",
  supportAmount: "support.amount.v1",
  supportContactName: "support.contact-name.v1",
  supportContactEmail: "support.contact-email.v1",
  supportContactPhone: "support.contact-phone.v1",
  supportTicket: "support.ticket.v1",
} as const;

/** Selects whose options Slack asks us for. */
export const optionSources = {
  buyCustomer: actions.buyCustomer,
  buyProduct: actions.buyProduct,
  keysCustomer: actions.keysCustomer,
  cancelCustomer: actions.cancelCustomer,
  supportCustomer: inputs.supportCustomer,
} as const;

/** Blocks that we put into a form and take out again. */
export const notices = { banner: "notice.banner.v1", busy: "notice.busy.v1" } as const;

/** The type of the metadata by which a posted message is found again. */
export const messageEventType = "csp_desk_request";

export type CommandName = (typeof commands)[keyof typeof commands];
export type CallbackId = (typeof callbacks)[keyof typeof callbacks];
export type ActionId = (typeof actions)[keyof typeof actions];
export type OptionSourceId = (typeof optionSources)[keyof typeof optionSources];
