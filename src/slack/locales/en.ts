/** Every text in English, as ICU messages. `es.ts` holds the same keys with the same arguments. */
export const en = {
  app: "CSP Desk",
  close: "Close",
  done: "Done",
  back: "Back",
  continue: "Continue",
  choose: "Choose",
  loading: ":hourglass_flowing_sand: Loading…",
  "refusal.help": "Type `/csp` to see what you may do here.",
  "trigger_expired.command": "Slack was too slow for the form to open. Please type the command again.",
  "trigger_expired.button": "Slack was too slow for the form to open. Please click the button again.",
  "trigger_expired.shortcut": "Slack was too slow for the form to open. Please choose the shortcut again.",
  "late.command":
    "CSP Desk did not answer in time. Please type the command again; if it stays like this, tell your operator.",
  "late.unknown_command": "CSP Desk does not know this command any more. Type `/csp` to see what there is.",
  "late.button": "This button is from an older version of CSP Desk. Type `/csp` to start again.",
  "late.shortcut": "CSP Desk does not know this shortcut any more. Type `/csp` to start again.",
  "late.view":
    "This is taking longer than it should. If your request was taken, you will get a direct message about it; if none comes, start again with `/csp`. Nothing is done twice.",

  "customer.label": "Customer",
  "customer.hint": "Type the beginning of the name or domain, or the whole tenant GUID.",
  "customer.placeholder": "Name, domain or tenant GUID",
  "customer.missing": "Choose a customer from the list.",
  "customer.typed.several":
    "Several customers begin with “{typed}”: {names}. Choose one from the list of customers.",
  "customer.typed.none":
    "No customer begins with “{typed}”. Choose one from the list by name, domain or tenant GUID.",

  "kind.subscription": "Software subscription",
  "kind.perpetual": "Perpetual software",
  "kind.reservation": "Azure reservation",
  "kind.linux_plan": "Linux software plan",
  "kind.esu": "Extended Security Updates",

  "term.one_time":
    "{billing, select, one_time {Paid once} onetime {Paid once} monthly {Billed monthly} annual {Billed yearly} other {Billed: {billing}}}",
  "term.years":
    "{count, plural, one {# year} other {# years}}, {billing, select, one_time {paid once} onetime {paid once} monthly {billed monthly} annual {billed yearly} triennial {billed every three years} other {billed: {billing}}}",
  "term.months":
    "{count, plural, one {# month} other {# months}}, {billing, select, one_time {paid once} onetime {paid once} monthly {billed monthly} annual {billed yearly} other {billed: {billing}}}",
  "term.days":
    "{count, plural, one {# day} other {# days}}, {billing, select, one_time {paid once} onetime {paid once} other {billed: {billing}}}",

  "buy.title": "Buy software",
  "buy.submit": "Check the price",
  "buy.intro":
    "Choose the customer first. Nothing is bought before you have seen the price and placed the order.",
  "buy.product.label": "Product",
  "buy.product.hint": "Only what this customer can buy is listed.",
  "buy.product.placeholder": "Type a word of the product's name",
  "buy.product.missing":
    "Choose a product. If you have just chosen one, wait a moment for the rest of the form.",
  "buy.term.label": "Term and billing",
  "buy.term.missing": "This product can't be ordered like this. Choose its term below, or another product.",
  "buy.quantity.label": "Quantity",
  "buy.quantity.hint": "From {minimum} to {maximum}.",
  "buy.quantity.placeholder": "Whole number",
  "buy.quantity.invalid": "Type a whole number, such as 5.",
  "buy.note.reservations": "Azure reservations are not sold in {market} (Microsoft's list of {asOf}).",
  "buy.note.market":
    ":warning: Microsoft lists this customer's market among those where software subscriptions are not sold. You can go on: the price check will show whether it is possible.",
  "buy.note.support_only":
    "*{kind, select, esu {Windows 7 Extended Security Updates} other {Azure reservations}} can''t be cancelled here.* They are only refunded through a support request (`/csp-support`).",
  "buy.note.never": "*SUSE and Red Hat plans can't be cancelled or exchanged.* {more}",
  "buy.working": ":hourglass_flowing_sand: Asking Partner Center for the price. Nothing is bought yet.",
  "buy.confirm.title": "Check the order",
  "buy.confirm.submit": "Place order",
  "buy.confirm.customer": "For *{customer}*",
  "buy.confirm.line": "*{product}*\n{term}",
  "buy.confirm.quantity": "*Quantity*\n{quantity}",
  "buy.confirm.unit": "*Unit price*\n{price}",
  "buy.confirm.total":
    "*Total: {total}*{period, select, month { for each month} year { for each year} first { with the first bills} other {}}",
  "buy.tax.included": "In this customer's market, prices include tax.",
  "buy.tax.excluded": "Prices do not include tax.",
  "buy.cancel.in_window":
    "*{kind}:* bought now, it can be cancelled until {deadline} ({days, plural, one {# day} other {# days}}) with no early-termination fee; the credit is {refund, select, full {100 %{known, select, yes { ({first})} other {}}} full_first {100 %{known, select, yes { ({first})} other {}} until {full} and prorated after that{known, select, yes {, {last} on the last day} other {}}} other {prorated{known, select, yes {: {first} on the first day, {last} on the last} other {}}}}.",
  "buy.cancel.in_window_unknown":
    "It can be cancelled for a limited time after the purchase; `/csp-cancel` shows how long.",
  "buy.requested":
    ":white_check_mark: *Order requested.* I will tell you in our direct messages when it is placed, with the order number. You can close this window.",

  "buy.product.another": "Another product",
  "buy.add": "Add to the order",
  "buy.lines": "*In this order* ({count} of up to {most})",
  "buy.lines.line": "*{product}*\n{quantity, plural, one {# unit} other {# units}} · {term}",
  "buy.lines.remove": "Remove",
  "buy.lines.full":
    "An order holds up to {most} products. Check the price now; the rest goes into another order.",
  "buy.lines.unbound":
    "An Azure subscription of this customer is missing. Remove this reservation and choose it again.",
  "buy.region": "Region: *{region}*",
  "buy.reservation": "Region {region} · {scope, select, single {single scope} other {shared scope}}",
  "buy.reservation.bound":
    "Region {region} · {scope, select, single {single scope} other {shared scope}} · Azure subscription {subscription}",
  "buy.subscription.label": "Azure subscription",
  "buy.subscription.hint": "The reservation is billed to this subscription.",
  "buy.subscription.none":
    "*This customer has no Azure subscription that a reservation can belong to.* Buy an Azure plan for this customer in Partner Center first, then choose the reservation again.",
  "buy.scope.label": "Scope",
  "buy.scope.choice": "{scope, select, single {Single} other {Shared}}",
  "buy.scope.means":
    "{scope, select, single {Only this subscription uses it} other {All of the customer''s subscriptions use it}}",
  "buy.note.agreement":
    "*This customer has not accepted the Microsoft Customer Agreement*, so nothing can be bought for them. Have it accepted, or confirm on {account} that it was, and choose the customer again.",
  "buy.note.agreement.link": "the customer's account page",
  "buy.confirm.line_total":
    "*Together*\n{price}{period, select, month { for each month} year { for each year} other {}}",
  "buy.confirm.market":
    "Microsoft lists {market} among the markets where software subscriptions are not sold. Partner Center names a price all the same.",
  "buy.total.part": "• {total}{period, select, month { for each month} year { for each year} other { once}}",
  "purchase.order": "*Order {order}* · {bought}",
  "purchase.not_ordered": ":x: *Not ordered:* {quantity} × {product}",
  "purchase.refused_together":
    "Partner Center orders these {count} lines together or not at all, and does not say which of them is the reason:",
  "purchase.retried":
    ":repeat: {by} tried again on {at} what was not ordered. What became of it is in the message of that purchase.",
  "purchase.price_differs":
    ":warning: *Ordered at {ordered}, not at the {confirmed} that you confirmed:* the price changed between our last look and the order. {cancel, select, yes {It is bought. If you don''t want it at this price, cancel this line until {deadline} with the button below.} other {It is bought, and can''t be cancelled here.}}",
  "purchase.cancel_until": "Can be cancelled until {deadline}.",
  "purchase.cancel_by_support_only": "Can't be cancelled here: only through a support request.",
  "purchase.cancel_never": "Can't be cancelled or exchanged.",
  "purchase.retry": "Try the rest again",
  "purchase.retry_all": "Try again",
  "error.azure_subscription_missing":
    "{available, plural, =0 {This customer has no Azure subscription that a reservation can belong to. Buy an Azure plan for them in Partner Center first.} other {Choose one of this customer''s Azure subscriptions.}}",
  "error.inventory_restricted":
    "*This reservation can''t be bought now.* {restriction, select, InventoryNotAvailable {There is nothing left in this region. Choose another region or size, or try again later.} NotAvailableForSubscription {This Azure subscription can''t have it. Choose another subscription.} other {Partner Center says: {description} Choose another subscription, region or size.}}",
  "error.line_repeated": "This is in the order already. Remove that line and type the quantity of both.",
  "refusal.account_limits":
    "The customer has as many subscriptions or licences as are allowed. Cancel what is no longer needed, or ask for fewer. (code {code})",
  "refusal.agreement":
    "The customer has not accepted the Microsoft Customer Agreement. Confirm it on the customer's account page in Partner Center, then try again. (code {code})",
  "refusal.attestation":
    "Partner Center wants the attestation of the partner on record. If your company is an indirect provider, ask your operator to set `PARTNER_ON_RECORD_ATTESTATION=accepted`. (code {code})",
  "refusal.attestation_item":
    "This product needs an attestation of its own. Buy it in Partner Center, where it is asked for. (code {code})",
  "refusal.availability_gone":
    "This offer has just been replaced by another. Choose the product again for its price of now. (code {code})",
  "refusal.busy":
    "Partner Center is still working on an order like this. Look at the customer's order history in a few minutes before you order again. (code {code})",
  "refusal.cart_items":
    "Partner Center found mistakes in the cart. Check the price again: it names the line and the reason. (code {code})",
  "refusal.cart_unknown":
    "The price is too old: Partner Center no longer has its cart. Check the price again. (code {code})",
  "refusal.country": "This is not sold in the customer's country. Choose another product. (code {code})",
  "refusal.credit_limit":
    "Your company's credit limit with Microsoft is too low for this order. Pay open invoices or ask for a higher limit in Partner Center, then try again; or order less. (code {code})",
  "refusal.currency": "This is not sold in the customer's currency. Choose another product. (code {code})",
  "refusal.customer_type":
    "This kind of customer can't buy it. Check the customer's segment in Partner Center, or choose another product. (code {code})",
  "refusal.documents":
    "This order needs a purchase order or tender document. Place it in Partner Center, where it can be added. (code {code})",
  "refusal.inventory":
    "{available, plural, =-1 {There is not enough of it. Ask for fewer, or try again later.} =0 {There is nothing left of it. Choose another product, or try again later.} one {Only # is left. Ask for one.} other {Only # are left. Ask for at most that many.}} (code {code})",
  "refusal.item_invalid":
    "Partner Center can't read this line: {description} Choose the product again. (code {code})",
  "refusal.not_eligible":
    "Your company or this customer may not buy it. Ask a global admin about your company's authorisations in Partner Center, or choose another product. (code {code})",
  "refusal.not_sold": "This is no longer sold. Choose the product that has followed it. (code {code})",
  "refusal.partner_status":
    "Your company can't sell just now: the partner agreement or the reseller status is not in order. A global admin sees in Partner Center what is missing. (code {code})",
  "refusal.processing":
    "Partner Center could not process it, and does not say why. Try again; if it stays like this, pass on the ids to your operator. (code {code})",
  "refusal.quantity_limits":
    "The quantity is outside what is allowed for this product. Type another one. (code {code})",
  "refusal.quota":
    "{available, plural, =-1 {This is more than the customer may have. Ask for fewer.} =0 {The customer may have no more of it. Choose another product.} other {The customer may have at most # more. Ask for that many or fewer.}}{purchased, plural, =-1 {} =0 {} other { They have # already.}} (code {code})",
  "refusal.reseller":
    "This product can't be sold with a reseller on record. Choose another product. (code {code})",
  "refusal.risk_check":
    "Microsoft's risk check stopped this order. Have the customer's details checked in Partner Center and ask Microsoft's support before trying again. (code {code})",
  "refusal.sandbox":
    "The integration sandbox allows no more than this. Cancel something there, or ask for fewer. (code {code})",
  "refusal.seats":
    "A subscription holds no more licences than this. Ask for fewer, or split them over two orders. (code {code})",
  "refusal.subscription_invalid":
    "This Azure subscription can't be used for a reservation. Choose another of the customer's. (code {code})",
  "refusal.subscription_not_enabled":
    "This Azure subscription is not enabled for reservations. Enable it in Partner Center, or choose another. (code {code})",
  "refusal.subscription_not_registered":
    "This Azure subscription is not registered for reservations. Register it in Partner Center, or choose another. (code {code})",
  "refusal.under_review":
    "Microsoft is reviewing this customer. Nothing can be bought before that ends, which takes some days at most; then try again. (code {code})",
  "refusal.not_approved":
    "Microsoft's review did not approve this customer. Check the customer's details in Partner Center and ask Microsoft's support. (code {code})",

  "hybrid.windows_server_standard":
    ":bulb: *Azure Hybrid Benefit* applies with Software Assurance: every 16 core licences cover one virtual machine of up to 16 cores, or two of up to 8, in Azure. With the Standard edition a licence is used either in Azure or on your customer's own servers, not in both places.",
  "hybrid.windows_server_datacenter":
    ":bulb: *Azure Hybrid Benefit* applies with Software Assurance: every 16 core licences cover one virtual machine of up to 16 cores, or two of up to 8, in Azure. With the Datacenter edition they may be used in Azure and on your customer's own servers at the same time.",
  "hybrid.sql_server":
    ":bulb: *Azure Hybrid Benefit* applies with Software Assurance: core licences cover vCores of Azure SQL. One core of the Enterprise edition covers four general-purpose vCores, or one business-critical vCore; one core of the Standard edition covers one general-purpose vCore.",

  "line.none": "Nothing has been bought for {customer} yet. Start with `/csp-buy`.",

  "keys.title": "Keys and downloads",
  "keys.submit": "Get keys and downloads",
  "keys.intro":
    "Choose the customer to see everything bought for them. Every key and link that you get is recorded with your name.",
  "keys.chosen":
    "*{product}*\nOrder {order} · {quantity, plural, =0 {} one {# licence · } other {# licences · }}bought {bought}",
  "keys.package.missing": "Choose or type this too. If the list is not there yet, wait a moment.",
  "keys.version.label": "Version",
  "keys.language.label": "Language",
  "keys.file_type.label": "File type or operating system",
  "keys.reason.label": "Reason",
  "keys.reason.hint": "Why you need it now, such as a ticket number. It is recorded with your name.",
  "keys.reason.invalid": "Type a reason of {least} to {most} characters.",
  "keys.renew.reason": "Download link renewed",
  "keys.minute":
    ":stopwatch: Keys and links are shown for one minute, then this window takes them away. Have the place ready that you copy them to.",
  "keys.none": "Nothing is to be fetched for this product: it comes without keys and downloads.",
  "keys.typed":
    "The choices for this software are shown in Partner Center. Type what you are going to choose there, for the record.",
  "keys.working": ":hourglass_flowing_sand: Getting keys and downloads…",
  "keys.version": "*Version*\n{version}",
  "keys.language": "*Language*\n{language}",
  "keys.file_type": "*File type*\n{fileType}",
  "keys.portal": "*The key for this software is in Partner Center.* Your request is recorded; do there:",
  "keys.step":
    "{number}. {act, select, open_software {Open the customer''s *Software* page, with the button below} find_product {Find the product *{value}*} find_order {Find order *{value}*} choose_version {Choose the version *{value}*} choose_language {Choose the language *{value}*} choose_file_type {Choose the file type *{value}*} get_keys_and_downloads {Select *Get keys and downloads*} copy_key {Copy the key} other {Copy the download link}}",
  "keys.key": "*Activation key*",
  "keys.link": "*Download link*",
  "keys.download": "Start download",
  "keys.copy": "Copy for customer",
  "keys.renew": "Renew the link",
  "keys.nothing":
    "The service answered without a key and without a link. Ask your operator to look at this request.",
  "keys.only_here":
    ":stopwatch: Shown only here, for one minute. To see it again, ask again: it costs nothing.",
  "keys.hidden":
    ":lock: *Hidden after a minute.* Key and link are kept nowhere in Slack. Ask again to see them again; each time is recorded.",
  "keys.open": "Get keys",
  "keys.again": "Get keys again",
  "portal.open": "Open Partner Center",
  "portal.name": "Partner Center",
  "link.issued": "Issued {issued}",
  "link.life":
    "{ends, select, until {The link works until {until}{counted, select, yes { or for {downloads, plural, one {# download} other {# downloads}}, whichever comes first} other {}}.} first_download {The link works for {days, plural, one {# day} other {# days}} after its first download{counted, select, yes { or for {downloads, plural, one {# download} other {# downloads}}, whichever comes first} other {}}.} other {{counted, select, yes {The link works for {downloads, plural, one {# download} other {# downloads}}.} other {How long the link works was not stated.}}}} After that, renew it for a new one, as often as you need.",
  "link.uses":
    "{exact, select, yes {{used}{counted, select, yes { of {downloads}} other {}} {used, plural, one {download} other {downloads}} used, by the service''s last count.} other {{used, plural, =0 {No download has been started from here yet; others can''t be counted.} other {At least {used}{counted, select, yes { of {downloads}} other {}} downloads used; only those started here can be counted.}}}}",

  "software.open": "Show software",
  "software.submit": "Search",
  "software.working": ":hourglass_flowing_sand: Reading what was bought…",
  "software.search.label": "Search this customer's software",
  "software.search.hint": "By product, order number or kind, such as perpetual. Press Enter, or Search.",
  "software.nothing":
    "*Nothing found for “{query}”.* To see everything again, empty the search field and press Enter.",
  "software.range": "{from}–{to} of {count}",
  "software.line":
    "*{product}*\nOrder {order}\n{quantity, plural, =0 {} one {# licence · } other {# licences · }}{bought}\n{state, select, cancelled {Cancelled: key unavailable} without {Comes without keys and downloads} other {Key and downloads available}}",
  "software.get": "Get key and downloads",
  "software.previous": "Previous",
  "software.next": "Next",
  "software.all": "All software of this customer",

  "customer_text.title": "Copy for customer",
  "customer_text.submit": "I sent it",
  "customer_text.language.label": "Language of the text",
  "customer_text.language.en": "English",
  "customer_text.language.es": "Spanish",
  "customer_text.before":
    "Hello,\n\nyour software is ready to be downloaded: {product} (order {order}). Please use this link:",
  "customer_text.after":
    "{ends, select, until {It works until {until} (UTC){counted, select, yes { or for {downloads, plural, one {# download} other {# downloads}}, whichever comes first} other {}}.} first_download {It works for {days, plural, one {# day} other {# days}} after the first download{counted, select, yes { or for {downloads, plural, one {# download} other {# downloads}}, whichever comes first} other {}}.} other {{counted, select, yes {It works for {downloads, plural, one {# download} other {# downloads}}.} other {It works for a limited time.}}}} If it no longer works, write to us and we will send you a new one.\n\nKind regards",
  "customer_text.sent":
    "Copy the text and send it to your customer yourself. Then press *I sent it*: I note that they have the link, and tell you before it dies.",
  "customer_text.handed":
    ":white_check_mark: *Noted: the customer has the link.* I will tell you in our direct messages before it dies.",

  "deposit.open": "Deposit what you got",
  "deposit.why":
    "Deposit key and link in the vault, and colleagues who may have them get them from here. Never paste them into a message.",
  "deposit.title": "Deposit key and link",
  "deposit.submit": "Deposit",
  "deposit.submit.replace": "Replace",
  "deposit.key.label": "Product key",
  "deposit.key.hint": "As Partner Center shows it, in one word.",
  "deposit.key.invalid":
    "A key is one word of 10 to 100 letters, digits and signs. Copy it again, without blanks.",
  "deposit.link.label": "Download link",
  "deposit.link.hint": "The whole address, with https:// at its beginning.",
  "deposit.link.invalid": "Copy the whole link; it begins with https://.",
  "deposit.missing": "Give the key, the link, or both.",
  "deposit.vault":
    ":lock: What you type here goes encrypted into the vault, never into a message. Who gets it from there is recorded.",
  "deposit.working": ":hourglass_flowing_sand: Putting it into the vault…",
  "deposit.done":
    ":white_check_mark: *In the vault.* Colleagues who may have this key now get it from there; each time is recorded.",
  "deposit.warning.unusual_key":
    "This key is not five groups of five, as product keys usually are. If it is not complete, deposit it again.",
  "deposit.warning.key_elsewhere":
    "The same key is in the vault for other software too. If you pasted it into the wrong form, deposit the right one.",
  "deposit.there":
    ":lock: *In the vault since {at}, from {by}{known, select, yes {: key ending in {key}} other {}}{link, select, yes {, with a download link} other {}}.* For the version, language and file type below it is given from there.",
  "deposit.from": ":lock: From the vault, where {by} put it {at}.",
  "deposit.replace": "Replace what is in the vault",
  "deposit.replace.title": "Replace it?",
  "deposit.replace.text":
    "{by} deposited {known, select, yes {a key ending in {key}} other {a link}} {at}. What you deposit takes its place, and what is replaced can''t be had back.",
  "deposit.replace.confirm": "Replace",
  "deposit.replaces":
    "*This replaces what {by} deposited {at}{known, select, yes {: the key ending in {key}} other {}}.* What is replaced is destroyed.",

  "home.intro":
    "*What you can do here.* Everything happens in windows that only you see; results come as direct messages.",
  "home.what":
    "*CSP Desk* is where your company''s agents buy software for their customers, hand over keys and downloads, cancel purchases while that is possible, and ask Microsoft for refunds.",
  "home.newcomer":
    "*You have no role in Partner Center yet, or none under your e-mail address here ({email}).* Ask a global admin of your company to give you one; then read the roles again below.",
  "home.no_rights":
    "*Your role ({roles}) opens nothing here yet.* Most of it needs the role Admin agent. Ask a global admin of your company; then read the roles again below.",
  "home.granters": "These people can give it to you:",
  "home.granter": "• {name}",
  "home.closed": "Open this tab again, or type `{command}`, once that has changed.",
  "home.more":
    "And {uncounted, select, yes {{more} more at least} other {{more} more}}{where, select, messages {: each has its message in the Messages tab} other {}}.",
  "home.approvals": ":hourglass_flowing_sand: *Waiting for your approval*",
  "home.approval":
    "*{product}*{others, plural, =0 {} one { and # more product} other { and # more products}} for {customer}: {total}\nAsked by {requester}{known, select, yes {, open until {until}} other {}}",
  "home.approval.open": "Look at it",
  "home.approval.title": "Waiting for approval",
  "home.windows": ":alarm_clock: *Can be cancelled for a few more days*",
  "home.window": "*{product}* × {quantity} for {customer}, order {order}\nUntil {deadline}",
  "home.links": ":link: *Download links that die*",
  "home.link":
    "*{product}* for {customer}, order {order}\n{state, select, dead {Dead since {at}} dies {Dies {at}} other {Almost all of its downloads are used}}",
  "home.underway": ":clock3: *Under way*",
  "home.purchase":
    "*{product}*{others, plural, =0 {} one { and # more product} other { and # more products}} for {customer}\n{status, select, awaiting_approval {Purchase: waits for approval} requested {Purchase: about to be ordered} sending {Purchase: being ordered} unknown {Purchase: Partner Center has not answered yet; I am finding out} changed {Purchase: the price has changed, and its message asks you what to do} needs_person {Purchase: needs you; its message says what for} other {Purchase}}",
  "home.cancellation":
    "*{product}* for {customer}, order {order}\n{status, select, requested {Cancellation: about to be sent} sending {Cancellation: being sent} unknown {Cancellation: Partner Center has not answered yet; I am finding out} accepted {Cancellation: accepted; it shows within 15 minutes} overdue {Cancellation: accepted, but it does not show yet} needs_person {Cancellation: needs you; its message says what for} other {Cancellation}}",
  "home.support": ":ticket: *Your open support requests*",
  "home.support_request": "*{title}* for {customer}\n{status}",
  "home.activity": "*What was done last*",
  "home.welcome":
    ":wave: *Welcome to CSP Desk.* {flow, select, keys {Try this: look at what was bought for one of your customers, here or with `{command}` in any channel. Looking changes nothing.} activity {Try this: see who had keys and downloads in the last seven days, here or with `{command}` in any channel. Looking changes nothing, but that you looked is recorded.} other {Try this: open a form, here or with `{command}` in any channel. Nothing leaves before you confirm it.}}",
  "home.welcome.try":
    "{flow, select, keys {See a customer’s software} activity {See the last seven days} other {Open the form}}",
  "home.welcome.hide": "Got it",
  "home.welcome.hide.spoken": "Got it: hide the welcome",
  "home.settings": "*Settings*",
  "home.roles":
    "{known, select, no {Your roles could not be read from Partner Center yet.} other {{held, select, yes {Your roles: *{roles}*.} other {You have no role.}} Read from Partner Center {minutes, plural, =0 {just now} one {# minute ago} other {# minutes ago}}, at {at}.}}",
  "home.roles.refresh": "Read roles again",
  "home.roles.title": "Your roles",
  "home.roles.wait": "They were read a moment ago. You can have them read again from {at} on.",
  "home.language": "Language: *{choice, select, en {English} es {Spanish} other {as in Slack}}*.",
  "home.language.change": "Change language",
  "home.language.title": "Language",
  "home.language.label": "Language",
  "home.language.hint": "For everything that I show and write to you. Nobody else sees a difference.",
  "home.language.choice": "{choice, select, en {English} es {Español} other {As in Slack}}",
  "home.language.save": "Save",
  "home.language.saved": "*Saved.* From now on I write to you in English. Your Home tab follows in a moment.",
  "home.drawn": "As of {at}; kept up to date while things move.",

  "paste.what": "What you have just written looks like a product key. Everybody in this channel can read it.",
  "paste.do":
    "• Delete your message now: its menu, *Delete message*\n• Ask for a fresh key if others may have seen this one\n• Hand keys over with `{command}`: it shows them to you alone, and takes what you deposit into the vault",

  "cancel.title": "Cancel a purchase",
  "cancel.intro":
    "Choose the customer, or type an order number. You will see how long an order can still be cancelled and what comes back before anything happens.",
  "cancel.customer_or_order.missing": "Choose a customer from the list, or type an order number.",
  "cancel.order.label": "Order numbers",
  "cancel.order.hint":
    "If you know them: paste one or several from receipts and press Enter. Otherwise leave this empty and choose below.",
  "cancel.order.unknown":
    "*{count, plural, one {I don''t know this order number} other {I don''t know these order numbers}}: {orders}.* Compare every letter with the receipt: capitals count. If the order was not placed here, choose its customer too and press Enter again, so that I can look it up in Partner Center.",
  "cancel.order.unknown_here":
    "*{customer} has no order with {count, plural, one {this number} other {these numbers}}: {orders}.* Compare every letter with the receipt: capitals count. Or choose the product below and find the order in the list.",
  "cancel.order.elsewhere":
    "*{count, plural, one {This order belongs} other {These orders belong}} to another customer than {customer}: {orders}.* One form cancels for one customer: finish this one, then start again with what is left in the field.",
  "cancel.product.label": "Product to cancel",
  "cancel.product.all": "All products",
  "cancel.product.cut":
    "{shown} of {total} products are listed. For any other, paste the order number above.",
  "cancel.lines.label": "Orders to cancel",
  "cancel.lines.hint":
    "Up to {most} at once. Each is a cancellation of its own: one that fails does not stop the others.",
  "cancel.lines.missing": "Choose at least one order. If the list is not there yet, wait a moment.",
  "cancel.lines.cut":
    "The newest {shown} of {total} are listed. Type part of an order number into the list to search them all, or paste the number above.",
  "cancel.too_many":
    "*These are more than {most} at once.* Take some out, continue, and cancel the rest with another form: what is chosen here stays chosen.",
  "cancel.choice.whole": "The whole order: {lines} lines",
  "cancel.choice.line": "{order} · line {number}: {product}",
  "cancel.line.state":
    "{state, select, open {{days, plural, =0 {Less than a day left} one {# day left} other {# days left}}, until {deadline}} passed {Window passed} needs_support {Support request needed} never {Can''t be cancelled} already_cancelled {Cancelled} already_requested {Being cancelled} other {Bought {bought}}}{quantity, plural, =0 {} one { · # licence} other { · # licences}}",
  "cancel.none": "There is no order of this product any more. Choose another product.",
  "cancel.list.open":
    "*{count, plural, one {# item can be cancelled} other {# items can be cancelled}}*, each on its own:",
  "cancel.list.kept":
    "*{count, plural, one {# item stays as it is} other {# items stay as they are}}* and will not be sent:",
  "cancel.item.open":
    "*{product}* · {order} · {quantity, plural, one {# licence} other {# licences}}\n{days, plural, =0 {less than a day left} one {# day left} other {# days left}}, until {deadline} · {known, select, yes {{credit} back} other {amount not known}} ({refund, select, full {100 %} other {prorated}})",
  "cancel.item.kept": "*{product}* · {order}",
  "cancel.open":
    "*{days, plural, =0 {Less than a day left} one {# day left} other {# days left}} to cancel this order*: until {deadline}. There is no early-termination fee.",
  "cancel.passed":
    "*The cancellation window has passed*: it ended {deadline}. This order can''t be cancelled any more; an exception is asked for with a support request.",
  "cancel.needs_support":
    "*More information is needed.* {kind, select, esu {Windows 7 Extended Security Updates} other {Azure reservations}} are only cancelled through a support request. I can open the form with what is known already.",
  "cancel.never": "*SUSE and Red Hat plans can be neither cancelled nor exchanged.* {more}",
  "cancel.never.link": "Read how these plans work",
  "cancel.already":
    "This order has been cancelled already. It stays listed, and its key is no longer available.",
  "cancel.already_requested":
    "{by} has already asked for this order to be cancelled. Nothing else to do: the result goes to them.",
  "cancel.keys":
    "*Keys and download links of {count, plural, one {this purchase} other {these purchases}} will be revoked.* You and your customer must stop using the software.",
  "cancel.credit":
    "{known, select, yes {Expected credit: *{credit}*, with the next monthly invoice, the one for {month}} other {The credit comes with the next monthly invoice, the one for {month}; its amount is not known}} ({refund, select, full {100 %, perpetual software} other {prorated for the time not used}}).",
  "cancel.total": "Expected credit in all: *{total}*, with the next monthly invoice, the one for {month}.",
  "cancel.total.unknown":
    "{count, plural, one {For # item the amount is not known; its credit comes} other {For # items the amount is not known; their credit comes}} with the invoice for {month} too.",
  "cancel.confirm": "Cancel *{product}* for *{customer}*?",
  "cancel.confirm.many": "Cancel {count} items for *{customer}*?",
  "cancel.confirm.submit": "Cancel the order",
  "cancel.confirm.submit_all": "Cancel them all",
  "cancel.working": ":hourglass_flowing_sand: Looking at the orders…",
  "cancel.requesting": ":hourglass_flowing_sand: Requesting…",
  "cancel.requested":
    ":white_check_mark: *{count, plural, one {Cancellation requested.} other {# cancellations requested.}}* I follow {count, plural, one {it} other {each of them}} and tell you in our direct messages. Once Partner Center accepts a cancellation, it may take up to 15 minutes to show there.",
  "cancel.requested.left":
    "*{count, plural, one {# item was} other {# items were}} not requested:* somebody else was first, or the time ran out. The report says which and why.",
  "cancel.another": "Cancel something else",
  "cancel.take_back": "Take it back",
  "cancel.take_back.title": "Take it back",
  "cancel.take_back.label": "Not sent yet",
  "cancel.take_back.hint":
    "What stays chosen here is not sent and stands as it was. Take out what shall be cancelled all the same.",
  "cancel.take_back.submit": "Take back",
  "cancel.take_back.working": ":hourglass_flowing_sand: Taking it back…",
  "cancel.taken_back":
    ":white_check_mark: *Taken back.* {count, plural, one {This order was} other {These orders were}} not sent and {count, plural, one {stands as it was} other {stand as they were}}: {orders}.",
  "cancel.taken_back.gone":
    "*{count, plural, one {This cancellation has left} other {These cancellations have left}} already* and can''t be taken back: {orders}. The message says how {count, plural, one {it stands} other {they stand}}; buy again with `/csp-buy` what is still needed.",
  "cancel.open_form": "Cancel",

  "after.title": "After the cancellation",
  "after.save": "Save",
  "after.saved": ":white_check_mark: *Saved.* The message of the cancellation shows what is left.",
  "after.intro":
    "The keys and links of {count, plural, one {this purchase} other {these # purchases}} for *{customer}* stop working. Tick what is done; you can come back at any time.",
  "after.side": "{side, select, partner {On our side} other {At the customer, as they told you}}",
  "after.duty.stop_using":
    "{side, select, partner {We no longer use the software} other {The customer no longer uses the software}}",
  "after.duty.uninstall":
    "{side, select, partner {It is uninstalled wherever we had it} other {It is uninstalled on all their devices}}",
  "after.duty.delete_copies":
    "{side, select, partner {Our copies of keys and media are deleted} other {Their copies of keys and media are deleted}}",
  "after.customer_text.title": "*Text for the customer*, in {language, select, es {Spanish} other {English}}",
  "after.customer_text.hint": "Copy it into your mail. I send nothing to customers myself.",
  "after.customer_text.opening": "Hello {customer},\n\nwe have cancelled the following software for you:\n",
  "after.customer_text.item":
    "- {product}, {quantity, plural, one {# licence} other {# licences}}, order {order}",
  "after.customer_text.closing":
    "\nThe product keys and download links are no longer valid. Please stop using the software, uninstall it on all devices and delete every copy of the keys, installation files and media. Reply to this message when that is done.\n\nThank you",
  "after.language": "{language, select, es {In Spanish} other {In English}}",

  "digest.title":
    ":alarm_clock: *{count, plural, =0 {All decided: no purchase waits for you} one {# purchase can be cancelled only for a short time} other {# purchases can be cancelled only for a short time}}*",
  "digest.item":
    "*{product}* for *{customer}*, {quantity, plural, one {# licence} other {# licences}}, order {order}\nCan be cancelled until *{deadline}*{known, select, yes {; credit now: {credit}} other {}}",
  "digest.keep": "Keep it",
  "digest.cancel": "Cancel it",
  "digest.snooze": "Remind me on the last day",
  "digest.hand_over": "Hand over",
  "digest.hand_over.intro":
    "Who decides about *{product}* for *{customer}* from now on? They get it in their next morning message.",
  "digest.colleague.label": "Colleague",
  "digest.colleague.hint": "Someone who may cancel purchases: an admin agent.",
  "digest.colleague.invalid":
    "This person can't cancel purchases. Choose an admin agent of your company who is a member here.",
  "digest.handed_over": ":white_check_mark: {to} has taken it over.",
  "digest.decided":
    "{state, select, keep {:white_check_mark: {by} keeps it.} cancel {{by} asked for it to be cancelled.} snoozed {:zzz: {by} will be reminded on the last day.} handed_over {{by} has taken it over.} other {Its window is closed.}}",
  "digest.footer":
    "You get this in the morning while something waits for a decision. What nobody decides about is kept and paid for.",

  "support.title": "Support request",
  "support.submit": "Submit",
  "support.open": "Open a support request",
  "support.problem_type": "*Problem type*\nCSP purchase or refund on behalf of customers",
  "support.impact.label": "Impact",
  "impact.critical": "Critical",
  "impact.moderate": "Moderate",
  "impact.minimal": "Minimal",
  "support.subject.label": "Title",
  "support.order.label": "Order ID or subscription ID",
  "support.reason.label": "Reason for the refund",
  "support.amount.label": "Amount requested",
  "support.amount.hint": "A number and its currency, such as 1,250.00 EUR.",
  "support.contact_name.label": "Contact name",
  "support.contact_email.label": "Contact e-mail",
  "support.contact_phone.label": "Contact phone",
  "support.invalid.impact": "Choose the impact.",
  "support.invalid.title": "Type a title of at most 255 characters.",
  "support.invalid.orderOrSubscriptionId":
    "Type one order ID or subscription ID: letters, digits, - and _, without spaces.",
  "support.invalid.reason": "Type the reason, in at most 2,000 characters.",
  "support.invalid.amountRequested":
    "Type a number and the three letters of its currency, such as 1,250.00 EUR.",
  "support.invalid.contactName": "Type a name.",
  "support.invalid.contactEmail": "Type a complete e-mail address.",
  "support.invalid.contactPhone": "Type a phone number with digits, such as +1 555 0100.",
  "support.invalid.ticketNumber":
    "Type the number exactly as Partner Center shows it: digits only, or 1-1234567890123.",
  "support.working": ":hourglass_flowing_sand: Taking your request…",
  "support.requested":
    ":white_check_mark: *Support request {id} taken.* I will tell you in our direct messages what happens next.",
  "support.filed.open": "I filed it",
  "support.filed.title": "Ticket number",
  "support.filed.submit": "Save",
  "support.filed.done": ":white_check_mark: *Saved.* The message of the request now shows the ticket number.",
  "support.ticket.label": "Ticket number from Partner Center",
  "support.ticket.hint": "Shown after you submit the form there.",
  "support.tenant": "Tenant, for the description: {tenant}",
  "support.tenant.none": "The tenant GUID and domain for the description follow from the customer.",
  "support.subject.known": "Refund of order {order}",
  "support.order.hint": "I check whether it is one of the customer’s.",
  "support.reason.window_passed":
    "The cancellation window has passed. We ask you for an exception and for the refund.",
  "support.reason.esu":
    "Windows 7 Extended Security Updates can only be cancelled by Microsoft support. We ask you to cancel and refund this order.",
  "support.reason.reservation":
    "An Azure reservation can only be cancelled by Microsoft support. We ask you to cancel and refund this order.",
  "support.reason.refused": "The cancellation was refused. We ask you to cancel and refund this order.",
  "support.reason.overdue":
    "The cancellation was accepted, but the order still does not show as cancelled. We ask you to complete it and to refund this order.",
  "support.reason.needs_person":
    "The cancellation was sent, but its result could not be found out. We ask you to complete it and to refund this order.",
  "support.reason.credit":
    "The order is cancelled, but its credit has not come with the invoices as it should. We ask you for what is missing.",
  "support.files.label": "Files",
  "support.files.hint": "At most {most}, up to 10 MB each: {types}.",
  "support.invalid.files": "At most {most} files. Leave some out.",
  "support.invalid.file_type":
    "{name} is of a type that I don’t take. Send it as a picture, a PDF or a text.",
  "support.invalid.file_size": "{name} is larger than 10 MB. Make it smaller, or leave it out.",
  "support.invalid.note": "Type a note of at most 2,000 characters.",
  "support.filed.correct": "Correct the number",
  "support.ticket.correct_hint":
    "The right number. If it is this one whatever its title says, save it again as it is.",
  "support.ticket.open": "Open the ticket",
  "support.note.open": "Add a note",
  "support.note.title": "Note to Microsoft",
  "support.note.submit": "Send",
  "support.note.label": "Note",
  "support.note.hint": "Microsoft’s support reads it on the ticket.",
  "support.note.done":
    ":white_check_mark: *Taken.* The note is sent now; the message of the request says if it is not taken.",
  "support.close.open": "Close the ticket",
  "support.close.title": "Close the ticket",
  "support.close.submit": "Close it",
  "support.close.confirm":
    "Close ticket *{ticket}*, “{title}”? Microsoft stops working on it, and it can’t be opened again from here.",
  "support.close.done":
    ":white_check_mark: *Asked for.* The message of the request says when the ticket is closed.",
  "support.files.open": "Get the files",
  "support.files.title": "Files",
  "support.files.none": "No file of this request is kept any more.",
  "support.files.there": "These are still in Slack. Open, download, and add them in Partner Center:",
  "support.files.sent":
    "Deleted in Slack, so I have sent you the kept copies in our direct messages: {names}",
  "support.files.lost": ":warning: Neither in Slack nor kept any more: {names}",
  "support.files_added.open": "Files are added",
  "support.files.destroyed":
    ":white_check_mark: *Noted.* The kept copies are destroyed; the files in Slack are yours and stay.",
  "support.file.name": "{file}",
  "support.file.wanted": "{file}: being fetched",
  "support.file.too_large": "{file}: *not kept*, larger than 10 MB. Add it in Partner Center yourself.",
  "support.file.wrong_type":
    "{file}: *not kept*, its content is not what its name says, or of a type that I don’t take. Check it, then add it in Partner Center yourself.",
  "support.file.elsewhere":
    "{file}: *not kept*, it does not lie with Slack. Add it in Partner Center yourself.",
  "support.file.gone": "{file}: *not kept*, it was deleted in Slack. Add it in Partner Center yourself.",
  "support.file.unreadable":
    "{file}: *not kept*, Slack did not let me read it. Add it in Partner Center yourself, and tell your operator.",
  "support.fact.order":
    "*Order or subscription*\n{order}{known, select, yes { :white_check_mark: the customer’s} no { (not found at the customer)} other {}}",
  "support.fact.amount": "*Amount requested*\n{amount}",
  "support.status.requested": "Being filed",
  "support.status.sending": "Being filed",
  "support.status.unknown": "Answer not known yet",
  "support.status.to_file": "Your turn: file it",
  "support.status.filed": "At Microsoft",
  "support.status.attention_needed": "Microsoft waits for you",
  "support.status.closed": "Closed",
  "support.status.refused": "Not filed",
  "support.status.needs_person": "A person has to look",
  "support.list.title": "Open support requests",
  "support.list.open": "Show open requests",
  "support.list.none": "You have no open support requests. Open one with `/csp-support`.",
  "support.list.item":
    "*{title}* · {customer}\n{status} · {known, select, yes {ticket {number}} other {no ticket yet, {number}}} · opened {opened}",
  "support.list.newer": "Newer",
  "support.list.older": "Older",
  "support.list.back": "Back to the list",
  "support.show.open": "Show",
  "support.did_you_mean": "“{typed}” is not a word I know. Did you mean `/csp-support {word}`?",
  "support.unknown_word":
    "“{typed}” is not a word I know. `/csp-support` opens the form, `/csp-support list` your open requests.",

  "help.intro": "*What you can do here*",
  "help.buy":
    "*Buy software* · `{command}`\nChoose a customer and a product, see the price, place the order.",
  "help.keys":
    "*Keys and downloads* · `{command}`\nSee everything bought for a customer, and get its activation keys and download links.",
  "help.cancel": "*Cancel a purchase* · `{command}`\nSee how long an order can be cancelled, and cancel it.",
  "help.support":
    "*Support request* · `{command}`\nAsk Microsoft for a refund where a cancellation is not possible.",
  "help.buy.button": "Buy",
  "help.keys.button": "Get keys",
  "help.cancel.button": "Cancel a purchase",
  "help.support.button": "Open a request",
  "help.contact": "Stuck? Ask here: {contact}",
  "help.needs_role": "You need the role {roles} for this.",
  "help.roles":
    "Roles come from {portal}: a global admin of your company gives them there. You can also type: `/csp buy`, `/csp keys`, `/csp cancel`, `/csp support`, `/csp activity`, and `help` after any command.",
  "usage.buy":
    "• `{command}` opens the form.\n• `{command} contoso` opens it for the customer whose name or domain begins like this. A whole tenant GUID does too.",
  "usage.keys":
    "• `{command}` opens the list of software.\n• `{command} contoso` opens it for the customer whose name or domain begins like this. A whole tenant GUID does too.",
  "usage.cancel":
    "• `{command}` opens the form.\n• `{command} 0a3624c6e47d` finds that order and chooses it. Several order numbers are fine, with spaces or commas between them.",
  "usage.support": "• `{command}` opens the form.\n• `{command} list` shows your open requests.",
  "usage.activity":
    "• `{command}` asks for which days, and of whom or what if you like. Nothing else follows the command.",
  "usage.more": "`{command}` shows everything that you can do here.",
  "usage.did_you_mean": "“{typed}” means nothing to me here. Did you mean `{command} {word}`?",
  "usage.unknown": "“{typed}” means nothing to me here. This is how `{command}` is used:",

  "approve.new_price.title": "Buy at the new price?",
  "approve.new_price.text":
    "The order for {customer} is placed at Partner Center for *{total}*, once nobody has to approve it any more.",
  "approve.new_price.confirm": "Buy",
  "approve.approve.title": "Approve this purchase?",
  "approve.approve.text":
    "The order for {customer} is placed at Partner Center for *{total}*, as soon as you approve it.",
  "support.files_added.title": "Destroy the kept copies?",
  "support.files_added.text":
    "Say so only once the files are in the ticket at Microsoft. My encrypted copies are destroyed at once and can’t be had back; the files in Slack stay.",
  "support.files_added.confirm": "They are in the ticket",
  spoken: "{label}: {number}, {about}",

  "shortcut.nothing":
    "I found neither an order number nor a customer’s name, domain or tenant GUID in that message. {act, select, cancel {Choose the customer or type the order number here.} other {Fill in whose order this is about.}}",
  "shortcut.first_of":
    "That message names {count} order numbers. This request is about {order}; open another one for each of the others.",

  "welcome.title": ":wave: *CSP Desk is installed.* Thank you for setting it up.",
  "welcome.try":
    "*Try this*\n1. Open my Home tab: it shows your role, and what you can do with it.\n2. Type `{command}` in any channel. Only you see what comes.\n3. Choose “Keys and downloads” and a customer. Looking changes nothing.",
  "welcome.others":
    "Your colleagues find me with `/csp`, or under Apps; my Home tab greets each of them once. I write to nobody who has not asked me for something. Who may do what comes from their roles in Partner Center.",
  "welcome.home": "Open Home",
  "welcome.help": "See what you can do",

  "help.did_you_mean":
    "“{typed}” is not a word I know. Did you mean `/csp {word}`? Everything I know is below.",
  "help.unknown_word": "“{typed}” is not a word I know. Everything I know is below.",

  "role.admin_agent": "Admin agent",
  "role.sales_agent": "Sales agent",
  "role.helpdesk_agent": "Helpdesk agent",
  "role.global_admin": "Global admin",
  "role.account_admin": "Account admin",
  "role.referral_admin": "Referral admin",
  "role.marketing_content_admin": "Marketing content admin",

  "error.not_linked":
    "I can't find a partner user with your e-mail address ({email}). Ask a global admin of your company to check your user and its roles in Partner Center.",
  "error.not_member":
    "CSP Desk is only for members of this workspace, not for guests or other organisations. Ask a colleague who is a member.",
  "error.roles_unknown":
    "I can't confirm your roles with Partner Center just now, so nothing was done. Try again in a few minutes; if it stays like this, tell your operator.",
  "error.not_allowed":
    "{act, select, buy {Buying} keys {Getting keys and downloads} cancel {Cancelling} support {Opening support requests} other {Reading the activity}} needs the role {roles}. A global admin of your company can give it to you in Partner Center.",
  "error.invalid_input":
    "Something in this form can't be used as it is. Check what you typed and send it again.",
  "error.customer_not_found":
    "Partner Center does not know this customer, or it is no customer of yours. Choose it again from the list.",
  "error.product_not_found":
    "This product can't be bought for this customer just now. Choose another product or term.",
  "error.order_not_found":
    "Partner Center does not find this order. Choose it again from the list; a new order may take some minutes to appear.",
  "error.order_unknown":
    "I find neither an order nor a subscription {orderId} of this customer. Check the number. If it is right, submit the form again: it goes out as it is.",
  "error.package_not_found":
    "This combination of version, language and file type does not exist. Choose another one.",
  "error.reservations_not_sold":
    "*Azure reservations are not sold in {market}* (Microsoft's list of {asOf}). Choose another product for this customer.",
  "error.agreement_missing":
    "This customer has not accepted the Microsoft Customer Agreement. Confirm it on the customer's account page in Partner Center, then check the price again.",
  "error.cart_line_refused":
    "Partner Center does not sell it like this: {description} Change the product, term or quantity.",
  "error.quantity_not_allowed": "This quantity is not possible. Type a number from {minimum} to {maximum}.",
  "error.already_requested":
    "{by} has already asked for this order to be cancelled. Nothing else to do: the result goes to them.",
  "error.already_cancelled": "This order has been cancelled already. Choose another one.",
  "error.request_not_found": "I can't find this request any more. Start again with `/csp`.",
  "error.request_moved_on":
    "{now, select, lapsed {*Nothing was bought.* This price was to be confirmed within an hour, and the hour is over. Check the price again with `/csp-buy`.} withdrawn {*Nothing was bought.* You took this purchase back. If you want it after all, start again with `/csp-buy`.} declined {*Nothing was bought.* The approval was refused; the reason is in the message of this purchase. Change what it names and start again with `/csp-buy`.} expired {*Nothing was bought.* Nobody approved this purchase in time. Start again with `/csp-buy`, which asks anew.} quoted {*Nothing was bought.* Partner Center has not told the price of this purchase yet. Check the price again.} changed {*Nothing was bought yet.* The price has changed once more. Look at the message of this purchase and answer there.} other {This request has changed since you opened this, so nothing was done. Its message in our conversation says where it stands; to start again, use `/csp`.}}",
  "error.already_retried":
    "*Nothing was bought.* {by} has tried this again already. What became of it is in the message of that purchase.",
  "error.quote_changed":
    "*Nothing was bought.* The price has been asked for again since, and it is another one now. Close this window and check the price with `/csp-buy`.",
  "error.no_approver":
    "*Not ordered: nobody can approve it.* This purchase needs a second person's approval, and none of those named in the approval policy may buy at this moment besides you. Ask your operator to name somebody else, then place the order again.",
  "error.approval_not_yours":
    "You are not asked about this purchase, or not any more: somebody else answers. Nothing was done; its message shows how it stands.",
  "error.approval_of_own":
    "You asked for this purchase yourself, so somebody else has to approve it. Nothing was done.",
  "error.approval_over":
    "{now, select, requested {It has been approved already by {by}; the order is being placed.} sending {It has been approved already by {by}; the order is being placed.} unknown {It has been approved already by {by}; the order is being placed.} ordered {It has been approved and ordered already.} partly_ordered {It has been approved and ordered in part already.} declined {{by} has refused it already.} expired {The time for an answer is over, so nothing was bought.} withdrawn {It was taken back, so there is nothing to approve any more.} changed {Its price has changed since, so this approval does not count; its requester is asked first.} awaiting_approval {Its content has changed since. Look at the message again and answer there.} other {This question is over.}} Your answer changed nothing.",
  "error.approver_not_entitled":
    "This person may not approve this purchase: it has to be an Admin agent or a Global admin, and neither you nor who asked for it. Choose somebody else.",
  "error.approver_asked_already": "This person is asked already. Choose somebody else, or leave it to them.",
  "error.window_passed":
    "The cancellation window of this order ended {deadline}. It can't be cancelled any more; for an exception, open a support request with `/csp-support`.",
  "error.cancel_by_support_only":
    "This purchase is only cancelled through a support request. Open one with `/csp-support`.",
  "error.never_cancellable":
    "SUSE and Red Hat plans can be neither cancelled nor exchanged. Nothing was done.",
  "error.key_revoked":
    "*Key unavailable.* This purchase was cancelled: its keys and links are revoked, and the item only stays listed. Choose other software.",
  "error.reveal_limit":
    "*{limit, plural, one {That was the one reveal} other {Those were the # reveals}} of this hour.* Keys and links can be shown to you again from {retryAt}. Nothing was fetched; a colleague can help sooner.",
  "error.link_dead":
    "*This link is dead.* Choose *Renew* for a new one: it lives as long as the first, and it can be renewed any number of times.",
  "error.vault_unavailable":
    "*The vault does not open this secret.* Nothing was shown. Tell your administrator, with reference {reference}; until then, fetch it in Partner Center and deposit it again.",
  "error.partner_center_unavailable":
    "Partner Center does not answer just now. Nothing was lost: try again in a minute. Reference {reference}.",
  "error.partner_center_refused":
    "Partner Center refused: {description} (code {code}). If that is unexpected, pass on reference {reference}.",
  "error.fulfilment_unavailable":
    "The service for keys and downloads does not answer just now. Try again in a minute. Reference {reference}.",
  "error.fulfilment_refused":
    "The service for keys and downloads refused: {description} If that is unexpected, pass on reference {reference}.",
  "error.desk_unavailable":
    "CSP Desk can't work just now: it does not reach its database. Try again in a minute; nothing is done twice.",
  "error.stale": "This form or button is from an older version of CSP Desk. Start again with `/csp`.",
  "error.slack": "Slack did not answer me just now. Try again in a minute. Reference {reference}.",
  "error.fault":
    "This did not work, and it is our mistake. Try again; if it stays like this, tell your operator reference {reference}.",

  "message.cut":
    "There is more to this than fits into one message. The rest is on the customer's software page: `/csp-keys`.",
  "message.footer": "{id} · updated {updated}",
  "fact.order": "*Order*\n{order}",
  "fact.quantity": "*Quantity*\n{quantity}",
  "fact.bought": "*Bought*\n{bought}",
  "fact.impact": "*Impact*\n{impact}",
  "fact.operation": "*Operation*\n{operation}",
  "fact.request": "*Request ID*\n{id}",
  "fact.correlation": "*Correlation ID*\n{id}",
  "failure.reason": "The answer was: {description} (code {code})",

  "purchase.title": "*Purchase for {customer}*",
  "purchase.line": "{quantity} × {product}",
  "purchase.total_with_tax":
    "Total: *{total}*{period, select, month { for each month} year { for each year} first { with the first bills} other {}}, tax included",
  "purchase.total_without_tax":
    "Total: *{total}*{period, select, month { for each month} year { for each year} first { with the first bills} other {}}, without tax",
  "purchase.quoted": "The price is known and waits for your confirmation.",
  "purchase.lapsed":
    "The price was not confirmed in time, so nothing was bought. Start again with `/csp-buy`.",
  "purchase.requested": ":hourglass_flowing_sand: Order requested. It is placed in a moment.",
  "purchase.sending": ":hourglass_flowing_sand: The order is being placed in Partner Center.",
  "purchase.unknown":
    ":hourglass_flowing_sand: *The answer is not known yet.* The order was sent, but Partner Center's answer did not arrive. I am checking whether it was placed; it is never placed twice. Please do not order again meanwhile.",
  "purchase.ordered": ":white_check_mark: *Ordered.*",
  "purchase.partly_ordered":
    ":warning: *Ordered in part.* What was placed stands; what was refused is below, each with its reason.",
  "purchase.refused":
    ":x: *Not ordered: Partner Center refused.* Nothing was bought. Do what the reason below says, then try again.",
  "purchase.needs_person":
    ":warning: *A person has to look.* I could not place this order, or could not find out whether it was placed. Look at the customer's order history in Partner Center before ordering again, and give your operator the ids below.",
  "purchase.order_error": "Refused: {description} (code {code})",

  "purchase.awaiting_approval":
    ":hourglass_flowing_sand: *Waits for an approval.* A second person has to agree; nothing is ordered before that.",
  "purchase.declined":
    ":x: *Not ordered: the approval was refused.* Nothing was bought. Change what the reason names and start again with `/csp-buy`.",
  "purchase.expired":
    ":x: *Not ordered: nobody approved it in time.* Nothing was bought. Start again with `/csp-buy`, which asks anew.",
  "purchase.withdrawn": "*Taken back.* Nothing was bought. To buy after all, start again with `/csp-buy`.",
  "purchase.changed":
    ":warning: *Not ordered: it is not what you confirmed any more.* Nothing was bought. Below is what it costs now; you decide.",

  "approve.waits":
    "This purchase needs a second person's approval. The first answer counts, and the time for it ends {until}.",
  "approve.asked": "Asked: {by}",
  "approve.asked_more": "and {count, plural, one {# more person} other {# more people}}",
  "approve.withdraw": "Take it back",
  "approve.withdraw.title": "Order nothing?",
  "approve.withdraw.text":
    "The purchase for {customer} ends here, and nothing is ordered. To buy it later you start anew.",
  "approve.changed":
    "{why, select, expired {*Its cart expired at Partner Center*, so the price was asked for anew.} other {*Partner Center's price has changed* since you confirmed.}}",
  "approve.changed.line":
    "{quantity} × {product}\nConfirmed: {before} · now: *{now}*{change, select, more { ({difference} more)} less { ({difference} less)} same { (the same)} other {}}",
  "approve.changed.total":
    "*Total* confirmed: {before} · now: *{now}*{period, select, month { for each month} year { for each year} first { with the first bills} other {}}{change, select, more { ({difference} more)} less { ({difference} less)} same { (the same)} other {}}",
  "approve.changed.until": "Without an answer by {until}, nothing is bought.",
  "approve.void":
    "The approval by {by} was for the old price and counts no more. If this one needs an approval, it is asked for again.",
  "approve.new_price": "Buy at this price",
  "approve.leave": "Leave it",
  "approve.title": "*Purchase for {customer}: your approval*",
  "approve.status.asked":
    ":memo: *{requester} asks you to approve this purchase.* Exactly what stands here is ordered, and the first answer counts. The time for it ends {until}.",
  "approve.status.passed_on": "Somebody else has been asked instead of you. There is nothing for you to do.",
  "approve.status.approved": ":white_check_mark: *Approved.* The order is being placed.",
  "approve.status.unneeded": "The new price needs no approval. The order of {requester} is being placed.",
  "approve.status.ordered": ":white_check_mark: *Ordered.*",
  "approve.status.partly_ordered":
    ":warning: *Ordered in part.* {requester} sees what was placed and what was refused.",
  "approve.status.refused": ":x: *Not ordered: Partner Center refused.* {requester} knows why.",
  "approve.status.needs_person":
    ":warning: *A person has to look* whether this was ordered. {requester} has been told.",
  "approve.status.changed":
    ":warning: *The price changed, so nothing was ordered and the approval counts no more.* {requester} is asked first; if the new price needs an approval, you are asked again here.",
  "approve.status.declined": ":x: *Refused.* Nothing was bought, and {requester} reads the reason.",
  "approve.status.expired":
    ":x: *Nobody answered in time* ({until}). Nothing was bought, and {requester} knows.",
  "approve.status.withdrawn": "*{requester} took this purchase back.* There is nothing to approve any more.",
  "approve.status.lapsed": "*{requester} did not take the new price in time.* Nothing was bought.",
  "approve.requested_by": "*Asked for by*\n{requester}",
  "approve.tenant": "*Customer's tenant*\n{tenant}",
  "approve.line": "*{product}*\n{term}\n{quantity} × {price} = *{together}*",
  "approve.decided": "{what, select, approved {Approved} other {Refused}} by {by}, {at}",
  "approve.reason": "*Reason:* {reason}",
  "approve.approve": "Approve",
  "approve.refuse": "Refuse",
  "approve.hand_over": "Hand over",
  "approve.refuse.title": "Refuse a purchase",
  "approve.refuse.intro": "The purchase for *{customer}* is not ordered. Who asked for it reads your reason.",
  "approve.reason.label": "Reason",
  "approve.reason.hint": "A few words: what would have to be different?",
  "approve.reason.invalid": "Say why in a few words, at least two, such as: wrong edition, we need Standard.",
  "approve.hand_over.intro":
    "Somebody else answers about the purchase for *{customer}* instead of you. The time for it stays the same.",
  "approve.person.label": "Who answers instead",
  "approve.person.hint": "An Admin agent or a Global admin who did not ask for it.",
  "approve.person.missing": "Choose a person.",
  "approve.done.title": "Purchase",
  "approve.done.approved":
    ":white_check_mark: *Approved.* The order is being placed; the message shows what becomes of it.",
  "approve.done.declined": "*Refused.* Nothing is bought, and who asked for it reads your reason.",
  "approve.done.handed_over": "*Handed over.* Whom you named has the question in a message now.",
  "approve.done.withdrawn": "*Nothing is bought.* The message of this purchase says so, too.",
  "approve.done.new_price":
    ":hourglass_flowing_sand: *Order requested at the new price.* Its message shows what becomes of it.",

  "cancellation.title": "*Cancellation of {product} for {customer}*",
  "cancellation.requested":
    ":hourglass_flowing_sand: {leaving, select, yes {*Cancellation requested. It leaves {leaves}*: until then you can take it back.} other {Cancellation requested. It is sent in a moment.}}",
  "cancellation.sending": ":hourglass_flowing_sand: The cancellation has been sent to Partner Center.",
  "cancellation.unknown":
    ":hourglass_flowing_sand: *The answer is not known yet.* The cancellation was sent, but Partner Center's answer did not arrive. I am checking, and I will tell you.",
  "cancellation.accepted":
    ":white_check_mark: *Partner Center accepted the cancellation* {accepted}. It can take until {until} to show there, 15 minutes in all{minutes, plural, =0 {} one {; by {asOf} # minute had gone by} other {; by {asOf} # minutes had gone by}}.{looks, select, yes { I look again at {next}.} other {}}",
  "cancellation.overdue":
    ":warning: *Accepted {accepted}, but it still does not show:* at {asOf}, after {minutes, plural, one {# minute} other {# minutes}}, it did not; it should have by {until}.{looks, select, yes { I look again at {next}.} other {}} The support request is filled in already: open it and send it.",
  "cancellation.visible": ":white_check_mark: *Cancelled.* It has shown in Partner Center since {visible}.",
  "cancellation.refused": ":x: *Not cancelled: Partner Center refused.* The order stands as it was.",
  "cancellation.taken_back": "*Taken back* before it left. Nothing was sent; the order stands as it was.",
  "cancellation.refusal.window_passed":
    "*The cancellation window has passed* ({deadline}). For an exception, open the support request: it is filled in already.",
  "cancellation.refusal.not_cancellable":
    "Partner Center does not let this order be cancelled from here. Open the support request, which is filled in already: Microsoft can do it.",
  "cancellation.refusal.wrong_kind":
    "Products of this kind can''t be cancelled from here. Open the support request, which is filled in already.",
  "cancellation.refusal.already_cancelled":
    "It had been cancelled before, in Partner Center or by somebody else. Nothing is left to do; if no credit comes, open the support request.",
  "cancellation.refusal.not_found":
    "Partner Center does not find this order, or this line of it. Look at the customer''s order history there, then start again with `/csp-cancel`.",
  "cancellation.refusal.role":
    "The partner user that CSP Desk works as may not cancel. Tell your operator: the user needs the role Admin agent. Then start again with `/csp-cancel`.",
  "cancellation.refusal.partner":
    "Your company''s account or agreement in Partner Center does not allow it just now. A global admin of your company sees there what is missing; then start again with `/csp-cancel`.",
  "cancellation.refusal.customer":
    "Partner Center knows no reseller relationship with this customer any more. Ask for it again in Partner Center, or open the support request.",
  "cancellation.refusal.changed":
    "The subscription is being changed by somebody else, again and again. Wait until that is done, then start again with `/csp-cancel`.",
  "cancellation.refusal.pending":
    "Another operation on this order did not end within a day. Look at the order in Partner Center, then start again with `/csp-cancel`, or open the support request.",
  "cancellation.refusal.unsupported":
    "Partner Center does not do this for your account or in this environment. Open the support request, which is filled in already.",
  "cancellation.refusal.other":
    "What Partner Center answered is below, with its code. Try again with `/csp-cancel` where it sounds passing; otherwise open the support request, which is filled in already.",
  "cancellation.needs_person":
    ":warning: *A person has to look.* I could not find out whether this order was cancelled. Look at it in Partner Center, and give your operator the ids below.",
  "cancellation.duties": "*What partner and customer must do now*",
  "cancellation.duties.side":
    "{side, select, partner {*You, the partner*} other {*{customer}, the customer*}}",
  "cancellation.duties.item":
    "{done, select, yes {:white_check_mark:} other {•}} {duty, select, stop_using {Stop using the cancelled software} uninstall {Uninstall it everywhere} other {Delete its downloads, and every copy of its keys and links}}",
  "cancellation.duties.open": "Tick what is done",
  "cancellation.stays_listed":
    "The item stays on the customer's software page; its key is no longer available.",
  "cancellation.stays_listed.many":
    "Cancelled items stay on the customer''s software page; their keys are no longer available.",
  "cancellation.credit":
    "{status, select, seen {:white_check_mark: *The credit has come:* {seen} on invoice {invoice}.} different {:warning: *The credit {currency, select, other {came in another currency} same {is not what was expected}}:* {seen} on invoice {invoice}{known, select, yes {, {credit} expected} other {}}. Compare them; if it is wrong, open the support request.} other {:warning: *The credit is late:* the invoice for {month} came without it{known, select, yes {; {credit} is expected} other {}}. Open the support request; I go on looking.}}",
  "cancellation.report.title":
    "*{count, plural, one {Cancellation of # item} other {Cancellation of # items}} for {customer}*",
  "cancellation.report.item":
    "*{product}* · {order}, line {line}{quantity, plural, =0 {} one { · # licence} other { · # licences}}",
  "cancellation.report.count":
    "{state, select, needs_person {{count} {count, plural, one {needs} other {need}} a person} refused {{count} refused} not_sent {{count} not requested} overdue {{count} overdue} unknown {{count} with no answer yet} sending {{count} being sent} requested {{count} not sent yet} accepted {{count} accepted} visible {{count} cancelled} other {{count} taken back}}",
  "cancellation.report.more":
    "…and {count} more: {states}. Choose the customer in `/csp-cancel` to see each.",
  "cancellation.item.requested":
    ":hourglass_flowing_sand: {leaving, select, yes {leaves {leaves}; until then you can take it back} other {is sent in a moment}}",
  "cancellation.item.sending": ":hourglass_flowing_sand: being sent to Partner Center",
  "cancellation.item.unknown": ":hourglass_flowing_sand: sent, but the answer did not arrive; I am checking",
  "cancellation.item.accepted":
    ":hourglass_flowing_sand: accepted {accepted}, shows by {until} (15 minutes){minutes, plural, =0 {} one {; by {asOf} # minute had gone by} other {; by {asOf} # minutes had gone by}}{looks, select, yes {; next look {next}} other {}}",
  "cancellation.item.overdue":
    ":warning: *overdue:* accepted {accepted}, not shown at {asOf}, after {minutes, plural, one {# minute} other {# minutes}}; it should have by {until}{looks, select, yes {; next look {next}} other {}}",
  "cancellation.item.visible":
    ":white_check_mark: *cancelled*, shown since {visible}{known, select, yes {; credit {credit}} other {}}",
  "cancellation.item.refused": ":x: *not cancelled:* Partner Center refused",
  "cancellation.item.code": "(code {code})",
  "cancellation.item.not_sent": ":x: *not requested.*",
  "cancellation.item.taken_back": "*taken back* before it left; nothing was sent",
  "cancellation.item.needs_person":
    ":warning: *a person has to look:* I could not find out whether it was cancelled. Look at the order in Partner Center and give your operator the id {id}.",

  "key_request.title": "*Keys and downloads of {product} for {customer}*",
  "key_request.requested": ":hourglass_flowing_sand: Asked for {asked}.",
  "key_request.shown":
    ":white_check_mark: Shown to you {asked}. Key and link are not kept here; this record of the access is.",
  "key_request.sent_to_portal": ":white_check_mark: You were sent to Partner Center to get them, {asked}.",
  "key_request.refused":
    ":x: Asked for {asked} and refused. Check the reason below and try again with `/csp-keys`.",
  "key_request.interrupted":
    ":warning: Asked for {asked}, but it broke off halfway. It counts as seen by you. If you saw nothing, get the keys again.",
  "key_request.reason": "*Reason*\n{reason}",
  "key_request.dying":
    "*The link that your customer has is dead or about to die.* Renew it and send them the new one.",
  "key_request.handed": "Your customer has the link since {handed}.",
  "key_request.revoked":
    "*Revoked {revoked}:* the purchase was cancelled. Key and link no longer work: stop using, uninstall and delete the software.",

  "support_request.title": "*Support request “{title}” for {customer}*",
  "support_request.requested": ":hourglass_flowing_sand: Taken. It is being filed.",
  "support_request.sending": ":hourglass_flowing_sand: It is being filed with Microsoft.",
  "support_request.unknown":
    ":hourglass_flowing_sand: *The answer is not known yet.* It was sent, but the answer did not arrive. I am checking whether it was filed.",
  "support_request.to_file":
    ":point_right: *Your turn.* Microsoft takes these requests only in Partner Center. Copy the texts below into the form *Report a problem* there, in this order, add the files if there are any, submit it, and give me the ticket number.",
  "support_request.filed":
    ":white_check_mark: *Filed* under ticket number *{ticket}*. I look at it now and then and tell you here what changes.",
  "support_request.refused":
    ":x: *Not filed: the support desk refused.* Correct what the reason names and send it again with `/csp-support`.",
  "support_request.needs_person":
    ":warning: *A person has to look.* I could not find out whether this request was filed. Look at your support requests in Partner Center. If it is there, give me its number; if not, send it again with `/csp-support` and give your operator the ids below.",
  "support_request.copy.problem_type": "*Problem type*",
  "support_request.copy.title": "*Title*",
  "support_request.copy.description": "*Description*",
  "support_request.copy.impact": "*Impact*",
  "support_request.copy.parts": "The same description, part by part:",
  "support_request.copy.part": "{label}",
  "support_request.copy.contact_name": "*Contact name*",
  "support_request.copy.contact_email": "*Contact e-mail*",
  "support_request.copy.contact_phone": "*Contact phone*",
  "support_request.attention_needed":
    ":rotating_light: *MICROSOFT WAITS FOR YOU.* Ticket *{ticket}* needs your answer before it goes on: read the last note and answer with *Add a note*.",
  "support_request.closed":
    ":lock: *Ticket {ticket} is closed*, since {closed}. A refund that was granted comes with a monthly invoice.",
  "support_request.not_found":
    "*There is no ticket {ticket}* in Partner Center. Look at the number there, and correct it here; until then I can’t follow it.",
  "support_request.other_ticket":
    "*Ticket {ticket} seems to be another one:* it is called “{title}”. Correct the number, or save it again if it is this one.",
  "support_request.not_followed":
    "*I no longer follow this ticket:* nothing has changed for 60 days. Look at it in Partner Center; a note from here makes me follow it again.",
  "support_request.notes":
    "*{count, plural, one {# note} other {# notes}} on the ticket*{fresh, plural, =0 {} one {, # new from Microsoft} other {, # new from Microsoft}}",
  "support_request.note": "*{by}*{dated, select, yes { · {at}} other {}}\n{text}",
  "support_request.note_waiting": ":hourglass_flowing_sand: Your note is on its way.",
  "support_request.close_waiting": ":hourglass_flowing_sand: The ticket is being closed.",
  "support_request.note_failed":
    "*Your note was not taken.* Here it is: add it in Partner Center, or try again.",
  "support_request.close_failed":
    "*The ticket could not be closed from here.* Close it in Partner Center, or try again.",
  "support_request.files": "*Files*",
  "support_request.files.hint":
    "{filed, select, yes {Partner Center takes no files from me: add them to the ticket there, then say so here.} other {Add them in the form in Partner Center.}} I keep encrypted copies until then, for 30 days at most.",

  "help.activity":
    "*Activity* · `{command}`\nSee who had keys and downloads, and what else was done, with Microsoft’s own records beside ours.",
  "help.activity.button": "Read the activity",
  "activity.title": "Activity",
  "activity.submit": "Show",
  "activity.intro":
    "Who asked for keys and downloads, who got them, and what else was done: our own record and Microsoft’s, side by side. That you read it is recorded.",
  "activity.from": "From",
  "activity.to": "To",
  "activity.to.hint": "Whole days where you are; the last one is included.",
  "activity.person": "Person",
  "activity.person.any": "Everybody",
  "activity.kind.label": "Kind",
  "activity.kind.any": "Everything",
  "activity.kind":
    "{kind, select, outside {Keys and downloads outside Slack} keys {Keys and downloads} purchases {Purchases} cancellations {Cancellations} support {Support requests} roles {Roles} activity {Reading and exports of the activity} other {Everything else}}",
  "activity.invalid":
    "{problem, select, future {This day has not come yet. Choose today or an earlier day.} order {This is before the first day. Choose the same or a later one.} other {Choose a day.}}",
  "activity.asked":
    "*From {from} to {to}*{hasPerson, select, yes { · {person}} other {}}{hasCustomer, select, yes { · {customer}} other {}}{hasKind, select, yes { · {kind}} other {}}",
  "activity.mirror": "Microsoft’s records as of {at}. They can appear there late.",
  "activity.mirror.none":
    "Microsoft’s records have not been read yet; that is being done now. Choose *Newest* in a moment.",
  "activity.mirror.failed":
    "*Microsoft’s records can’t be read just now* ({code}, reference {reference}), so newer ones may be missing. It is tried again; if it stays like this, tell your operator.",
  "activity.none": "There is nothing in these days. Choose *Change* for other ones.",
  "activity.nobody":
    "{source, select, desk {CSP Desk} elsewhere {Somebody in another workspace of this partner} other {Unknown}}",
  "activity.entry.what":
    "*{what}*{outcome, select, refused { · :no_entry: refused} failed { · :warning: failed} decline { · :no_entry: refused} progress { · under way} other {}}{outside, select, yes { · :rotating_light: *outside Slack*} other {}}",
  "activity.entry.who":
    "{who}{named, select, yes { · {customer}} other {}}{ordered, select, yes { · order `{order}`} other {}}",
  "activity.entry.reason": "Reason: {reason}",
  "activity.entry.code": "Refused as `{code}`",
  "activity.entry.roles": "From {before} to {after}",
  "activity.entry.source":
    "{source, select, desk {CSP Desk no. {number}} other {Microsoft}} · {at}{held, select, yes { · as {roles}} other {}}{note, select, before { · before CSP Desk} elsewhere { · through another workspace of this partner} other {}}",
  "activity.newer": "Newer",
  "activity.older": "Older",
  "activity.newest": "Newest",
  "activity.change": "Change",
  "activity.csv": "Export CSV",
  "activity.json": "Export JSON",
  "activity.export.requested":
    ":hourglass_flowing_sand: *The file is being made.* It comes into our conversation, and so does word of it. That it was exported is recorded.",
  "activity.export":
    "{status, select, requested {:hourglass_flowing_sand: *The export of the activity is being made.* The {format} file comes into this conversation.} sent {:white_check_mark: *The export of the activity is in this conversation*: {count, plural, one {# entry} other {# entries}} as {format}.} refused {:no_entry: *The export of the activity was not sent*: you may no longer read the activity. A global admin of your company can give you a role for it in Partner Center.} other {:warning: *The export of the activity could not be sent*: the file could not be made, or Slack did not take it. Ask for it again with `{command}`.}}",
  "activity.export.range": "From {from} to {until} · {id}",
  "activity.alert.chain":
    ":rotating_light: *The record of the activity was tampered with.* {problem, select, missing {Row {sequence} is missing.} misplaced {Row {sequence} does not follow the row before it.} head {Row {sequence} is not the one whose hash was published.} other {The content of row {sequence} was changed.}}",
  "activity.alert.chain.next":
    "Your operator finds out more with `npm run verify-activity`. Keep the database as it is: it is evidence.",
  "activity.alert.outside":
    ":rotating_light: *{count, plural, one {A software key or download was accessed} other {Software keys or downloads were accessed # times}} outside Slack*, by Microsoft’s records.",
  "activity.alert.outside.item":
    "• {what}: {who} · {customer}{ordered, select, yes { · order `{order}`} other {}} · {at}",
  "activity.alert.outside.more": "And {count, plural, one {one more} other {# more}}.",
  "activity.alert.outside.next":
    "CSP Desk knows of no request that leads there. All of them are in `{command}`, kind “Keys and downloads outside Slack”.",
  "activity.head":
    "*Activity of {workspace}*: {sequence} entries. The newest was written at {at}; its hash:\n`{hash}`",
  "activity.head.check": "To compare: `npm run verify-activity -- --head {sequence}:{hash}`",
  "activity.act":
    "{act, select, buy_asked {Asked to buy} keys_asked {Asked for a key} cancel_asked {Asked to cancel} support_asked {Asked for a support request} activity_asked {Asked to read the activity} key_request_requested {Asked for a key or download} key_request_shown {Was shown a key or download link} key_request_shown_again {Was shown the same key or link again} key_request_sent_to_portal {Was sent to Partner Center for a key} key_request_sent_to_portal_again {Was sent to Partner Center for the same key again} key_request_refused {Was given no key} keys_revoked {Keys and links revoked} link_download_started {Started a download} link_handed_to_customer {Copied a link for the customer} link_dies_soon {Was told that a link is about to die} deposit_made {Deposited a key or link} deposit_replaced {Replaced a deposited key or link} purchase_quoted {Checked a price} purchase_requested {Placed an order} purchase_ordered {Ordered} purchase_partly_ordered {Ordered in part} purchase_refused {Order refused} cancellation_requested {Asked for a cancellation} cancellation_batch_requested {Asked for several cancellations} cancellation_accepted {Cancellation accepted} cancellation_visible {Cancellation shows in Partner Center} cancellation_refused {Cancellation refused} cancellation_taken_back {Cancellation taken back} cancellation_overdue {Cancellation overdue} cancellation_needs_person {Cancellation left to a person} cancellation_duties {Ticked the duties after a cancellation} credit_seen {Credit seen on an invoice} credit_different {Credit is not what was expected} credit_overdue {Credit overdue} window_announced {Was told of windows that close} window_keep {Decided to keep a purchase} window_snooze {Put a decision off until the last day} window_hand_over {Handed a decision over} window_passed_on {Decisions passed on to a colleague} support_request_requested {Wrote a support request} support_request_filed {Support request filed} support_request_closed {Support request closed} installation_installed {App installed in this workspace} installation_removed {App removed from this workspace} role_changed {Roles changed in Partner Center} activity_read {Read the activity} activity_export_requested {Asked for an export of the activity} activity_exported {Exported the activity} activity_export_ended {Export of the activity was not sent} activity_chain_broken {The chain of the activity was found broken} activity_outside_access {Accesses outside Slack were found} purchase_lapsed {Price not confirmed in time} purchase_awaiting_approval {Approval asked for} purchase_declined {Approval declined} purchase_expired {Approval not given in time} purchase_withdrawn {Purchase withdrawn} purchase_sending {Purchase on its way to Partner Center} purchase_unknown {Purchase sent, answer not known} purchase_changed {Price changed before the order} purchase_needs_person {Purchase left to a person} purchase_decision_asked {Wanted to decide about an approval} cancellation_sending {Cancellation on its way to Partner Center} cancellation_unknown {Cancellation sent, answer not known} key_request_interrupted {Showing a key broke off; it may have been seen} support_request_sending {Support request on its way to Partner Center} support_request_unknown {Support request sent, answer not known} support_request_to_file {Support request left to be filed by hand} support_request_attention_needed {Microsoft waits for an answer to a support request} support_request_refused {Support request refused} support_request_needs_person {Support request left to a person} support_request_note_asked {Wrote a note on a support request} support_request_note_sent {Note sent to Microsoft} support_request_note_refused {Note refused by Microsoft} support_request_note_needs_person {Note left to a person} support_request_close_asked {Asked to close a support request} support_request_close_sent {Closing sent to Microsoft} support_request_close_refused {Closing refused by Microsoft} support_request_close_needs_person {Closing left to a person} support_request_file_kept {File kept for a support request} support_request_file_refused {File of a support request not kept} support_request_files_destroyed {Kept files destroyed} support_request_files_handed_back {Was given the kept files} support_request_followed {News of a ticket at Microsoft} support_request_ticket_confirmed {Ticket number found at Microsoft} support_request_ticket_corrected {Ticket number corrected} connection_connected {Signed in to Partner Center} connection_renewed {Signed in to Partner Center again} connection_lost {Sign-in to Partner Center is of no use any more} connection_removed {Sign-in to Partner Center removed} vault_rewrapped {Kept secrets put under a new key by the operator} purchase_requeued {Purchase rung for again by the operator} cancellation_requeued {Cancellation rung for again by the operator} support_request_requeued {Support request rung for again by the operator} activity_shown_at_home {Was shown the newest activity on the Home tab} other {{name}}}",
  "activity.operation":
    "{act, select, get_software_key {Got a software key} get_software_download_link {Got a download link} create_order {Created an order} update_order {Changed or cancelled an order} update_subscription {Changed or cancelled a subscription} add_customer {Added a customer} create_partner_user {Created a partner user} update_partner_user {Changed a partner user} remove_partner_user {Removed a partner user} create_agreement {Confirmed an agreement} other {{name}}}",
  "error.export_too_large":
    "*Too much for one file.* An export holds {most, number} entries at most. Choose fewer days, a person, a customer or a kind, and export that.",

  "error.sign_in_needed":
    "{mode, select, own {Partner Center wants you to sign in before this can go on. Press the button; what you have typed stays.} other {The app’s own sign-in to Partner Center has ended. Whoever runs CSP Desk has to renew it; try again then.}}",
  "connect.title": "Partner Center",
  "connect.button":
    "{state, select, connected {Connection settings} trouble {Sign in again} other {Connect Partner Center}}",
  "connect.state":
    "{state, select, connected {:white_check_mark: *You are connected* as *{upn}*, since {since}.} trouble {:warning: *Your connection as {upn} has ended*, on {since}: {trouble, select, expired {it was not used for too long} revoked {your password was changed, or an administrator ended it} mfa {Partner Center wants a second factor} other {the app needs your consent}}. Sign in again, and what waits goes on.} other {:link: *You are not connected to Partner Center yet.* Sign in once, with your work account and your second factor.}}",
  "connect.why":
    "What you buy, cancel and file from here is then done under your own name, and Microsoft’s audit log shows it. I keep the sign-in encrypted, never your password.",
  "connect.sign_in": "{again, select, yes {Sign in again} other {Sign in with Microsoft}}",
  "connect.hint":
    "The page opens in your browser; the link is yours alone and good for ten minutes. I write to you here when it has worked.",
  "connect.off": "Nobody has to sign in here: one account does everything.",
  "connect.remove": "Disconnect",
  "connect.remove.title": "Disconnect?",
  "connect.remove.text":
    "Your sign-in is destroyed. Requests of yours that have not been sent yet wait until you sign in again.",
  "connection.title": "*Partner Center*",
  "connection.connected": ":white_check_mark: *Connected.* You act in Partner Center as *{upn}* from now on.",
  "connection.next":
    "{count, plural, =0 {Type the command again that you began with, such as `{buy}`, `{keys}` or `{cancel}`. If a form is still open, send it again.} one {A request of yours that had waited goes on by itself. You can go on with `{command}`.} other {# requests of yours that had waited go on by themselves. You can go on with `{command}`.}}",
  "connection.waits":
    "{mode, select, own {*It waits for you.* Partner Center no longer takes your sign-in. Sign in again, and it goes on by itself, once. After a day it is given up.} other {*It waits.* Partner Center no longer takes the app’s own sign-in. Whoever runs CSP Desk has to renew it; it goes on then.}}",
  "connect.page.connected.title": "You are connected",
  "connect.page.connected.text":
    "You signed in as {upn}. Close this page and go on in Slack: CSP Desk has written to you there.",
  "connect.page.other_user.title": "That was another account",
  "connect.page.other_user.text":
    "You signed in as {upn}, but the link belongs to {expected}. Nothing was connected. Go back to Slack, ask for the link under your own name, and choose the account {expected}.",
  "connect.page.other_tenant.title": "That account is of another organization",
  "connect.page.other_tenant.text":
    "Nothing was connected. Go back to Slack, ask for a new link, and choose your work account in the partner’s own tenant.",
  "connect.page.mfa.title": "A second factor is missing",
  "connect.page.mfa.text":
    "Partner Center takes only sign-ins with multi-factor authentication. Nothing was connected. Set up a second factor at mysignins.microsoft.com, then ask for a new link in Slack.",
  "connect.page.consent.title": "The app has no consent yet",
  "connect.page.consent.text":
    "Nothing was connected. Ask an administrator of your tenant to consent to CSP Desk in Microsoft Entra, then ask for a new link in Slack.",
  "connect.page.declined.title": "You did not sign in",
  "connect.page.declined.text": "Nothing was connected. When you want to, ask for a new link in Slack.",
  "connect.page.unavailable.title": "Microsoft does not answer just now",
  "connect.page.unavailable.text": "Nothing was connected. Ask for a new link in Slack in a few minutes.",
  "connect.page.refused.title": "The sign-in did not work",
  "connect.page.refused.text":
    "Nothing was connected. Ask for a new link in Slack; if it happens again, tell whoever runs CSP Desk.",
  "connect.page.over.title": "This link is over",
  "connect.page.over.text":
    "A link is good for ten minutes and one sign-in, in the browser that opened it. Ask for a new one in Slack: type /csp connect.",
  "connect.page.fault.title": "Something went wrong here",
  "connect.page.fault.text":
    "Nothing was connected. Ask for a new link in Slack in a few minutes; if it happens again, tell whoever runs CSP Desk.",

  // Installing the app in several workspaces
  "install.page.installed.title": "CSP Desk is installed",
  "install.page.installed.text":
    "You can close this page. Open CSP Desk under Apps in Slack, or type /csp in any conversation.",
  "install.page.declined.title": "Nothing was installed",
  "install.page.declined.text":
    "You did not allow it in Slack. To try again, open the install address once more.",
  "install.page.not_allowed.title": "This workspace may not install CSP Desk",
  "install.page.not_allowed.text":
    "Nothing was installed, and what you granted was given back. Ask whoever runs CSP Desk to add your workspace or organization to its list.",
  "install.page.over.title": "This attempt is over",
  "install.page.over.text":
    "It took longer than ten minutes, was used before, or began in another browser. Open the install address again, in this browser.",
  "install.page.unavailable.title": "Slack does not answer",
  "install.page.unavailable.text": "Nothing was installed. Open the install address again in a few minutes.",
  "install.page.fault.title": "Something went wrong here",
  "install.page.fault.text":
    "Open the install address again in a few minutes; if it happens again, tell whoever runs CSP Desk.",
} as const;
