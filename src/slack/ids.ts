/**
 * Every name that travels to Slack and comes back. Names carry a version: a button or form of an older one is still out
 * there after an update, so a name never changes its meaning.
 */
export const commands = {
  buy: "/csp-buy",
  keys: "/csp-keys",
  cancel: "/csp-cancel",
  support: "/csp-support",
  activity: "/csp-activity",
  help: "/csp",
} as const;

/** Shortcuts of the app's menu; each opens what its slash command opens. */
export const shortcuts = {
  buy: "shortcut.buy.v1",
  keys: "shortcut.keys.v1",
  cancel: "shortcut.cancel.v1",
  support: "shortcut.support.v1",
  activity: "shortcut.activity.v1",
} as const;

/** Shortcuts of a message's menu. */
export const messageShortcuts = {
  cancelOrder: "shortcut.cancel-order.v1",
  askSupport: "shortcut.ask-support.v1",
} as const;

/** Forms that can be submitted. */
export const callbacks = {
  buyForm: "buy.form.v1",
  buyConfirm: "buy.confirm.v1",
  keysSoftware: "keys.software.v1",
  keysForm: "keys.form.v2",
  keysCopied: "keys.copied.v1",
  keysDeposit: "keys.deposit.v1",
  cancelForm: "cancel.form.v2",
  cancelConfirm: "cancel.confirm.v2",
  cancelTakeBack: "cancel.take-back.form.v1",
  cancelDuties: "cancel.duties.v1",
  digestHandOver: "digest.hand-over.v1",
  approveRefuse: "approve.refuse.v1",
  approveHandOver: "approve.hand-over.v1",
  supportForm: "support.form.v1",
  supportFiled: "support.filed.v1",
  supportNote: "support.note.v1",
  supportClose: "support.close.v1",
  activityForm: "activity.form.v1",
  homeLanguage: "home.language.v1",
} as const;

/** Buttons and selects that are told to us the moment they are used. */
export const actions = {
  buyOpen: "buy.open.v1",
  buyCustomer: "buy.customer.v1",
  buyProduct: "buy.product.v1",
  buySubscription: "buy.subscription.v1",
  buyAdd: "buy.add.v1",
  buyRemove: "buy.remove.v1",
  buyBack: "buy.back.v2",
  buyRetry: "buy.retry.v1",
  approveApprove: "approve.approve.v1",
  approveRefuse: "approve.refuse.open.v1",
  approveHandOver: "approve.hand-over.open.v1",
  approveWithdraw: "approve.withdraw.v1",
  approveNewPrice: "approve.new-price.v1",
  approveLeave: "approve.leave.v1",
  keysOpen: "keys.open.v1",
  keysCustomer: "keys.customer.v1",
  keysSearch: "keys.search.v1",
  keysPrevious: "keys.previous.v1",
  keysNext: "keys.next.v1",
  keysGet: "keys.get.v1",
  keysAll: "keys.all.v1",
  keysVersion: "keys.version.v1",
  keysLanguage: "keys.language.v1",
  keysDownload: "keys.download.v1",
  keysCopy: "keys.copy.v1",
  keysCopyLanguage: "keys.copy-language.v1",
  keysRenew: "keys.renew.v1",
  keysPortal: "keys.portal.v1",
  keysDeposit: "keys.deposit.open.v1",
  cancelOpen: "cancel.open.v1",
  cancelCustomer: "cancel.customer.v1",
  cancelProduct: "cancel.product.v1",
  cancelOrder: "cancel.order.v1",
  cancelLines: "cancel.lines.v1",
  cancelBack: "cancel.back.v2",
  cancelSupport: "cancel.support.v1",
  cancelTakeBack: "cancel.take-back.v1",
  cancelDuties: "cancel.duties.open.v1",
  cancelDutiesLanguage: "cancel.duties-language.v1",
  digestKeep: "digest.keep.v1",
  digestSnooze: "digest.snooze.v1",
  digestHandOver: "digest.hand-over.open.v1",
  supportOpen: "support.open.v1",
  supportCustomer: "support.customer.v1",
  supportFiled: "support.filed.open.v1",
  supportPortal: "support.portal.v1",
  supportNote: "support.note.open.v1",
  supportClose: "support.close.open.v1",
  supportFiles: "support.files.get.v1",
  supportFilesAdded: "support.files.added.v1",
  connectOpen: "connect.open.v1",
  connectAbove: "connect.above.v1",
  connectSignIn: "connect.sign-in.v1",
  connectRemove: "connect.remove.v1",
  supportList: "support.list.v1",
  supportShow: "support.show.v1",
  activityOpen: "activity.open.v1",
  activityOlder: "activity.older.v1",
  activityNewer: "activity.newer.v1",
  activityNewest: "activity.newest.v1",
  activityChange: "activity.change.v1",
  activityCsv: "activity.csv.v1",
  activityJson: "activity.json.v1",
  homeApproval: "home.approval.v1",
  helpOpen: "help.open.v1",
  welcomeHome: "welcome.home.v1",
  homeWelcome: "home.welcome.v1",
  homeRoles: "home.roles.v1",
  homeLanguage: "home.language.open.v1",
} as const;

/** Answers of a form that are read when it is submitted. */
export const inputs = {
  cancelTakeBack: "cancel.take-back-items.v1",
  cancelDutiesPartner: "cancel.duties-partner.v1",
  cancelDutiesCustomer: "cancel.duties-customer.v1",
  approveReason: "approve.reason.v1",
  approvePerson: "approve.person.v1",
  buyTerm: "buy.term.v1",
  buyQuantity: "buy.quantity.v1",
  buyScope: "buy.scope.v1",
  keysFileType: "keys.file-type.v1",
  keysVersionTyped: "keys.version-typed.v1",
  keysLanguageTyped: "keys.language-typed.v1",
  keysFileTypeTyped: "keys.file-type-typed.v1",
  keysReason: "keys.reason.v1",
  keysDepositKey: "keys.deposit-key.v1",
  keysDepositLink: "keys.deposit-link.v1",
  digestColleague: "digest.colleague.v1",
  supportImpact: "support.impact.v1",
  supportTitle: "support.title.v1",
  supportOrder: "support.order.v1",
  supportReason: "support.reason.v1",
  supportAmount: "support.amount.v1",
  supportContactName: "support.contact-name.v1",
  supportContactEmail: "support.contact-email.v1",
  supportContactPhone: "support.contact-phone.v1",
  supportFiles: "support.files.v1",
  supportTicket: "support.ticket.v1",
  supportNoteText: "support.note-text.v1",
  activityFrom: "activity.from.v1",
  activityTo: "activity.to.v1",
  activityPerson: "activity.person.v1",
  activityCustomer: "activity.customer.v1",
  activityKind: "activity.kind.v1",
  homeLanguage: "home.language-choice.v1",
} as const;

/** Selects whose options Slack asks us for. */
export const optionSources = {
  buyCustomer: actions.buyCustomer,
  buyProduct: actions.buyProduct,
  keysCustomer: actions.keysCustomer,
  cancelCustomer: actions.cancelCustomer,
  cancelLines: actions.cancelLines,
  supportCustomer: actions.supportCustomer,
  activityCustomer: inputs.activityCustomer,
} as const;

/** Blocks that we put into a form and take out again. */
export const notices = { banner: "notice.banner.v1", busy: "notice.busy.v1" } as const;

/** The type of the metadata by which a posted message is found again. */
export const messageEventType = "csp_desk_request";

export type CommandName = (typeof commands)[keyof typeof commands];
export type ShortcutId = (typeof shortcuts)[keyof typeof shortcuts];
export type MessageShortcutId = (typeof messageShortcuts)[keyof typeof messageShortcuts];
export type CallbackId = (typeof callbacks)[keyof typeof callbacks];
export type ActionId = (typeof actions)[keyof typeof actions];
export type OptionSourceId = (typeof optionSources)[keyof typeof optionSources];
