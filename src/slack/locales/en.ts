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
  "late.command":
    "CSP Desk did not answer in time. Please type the command again; if it stays like this, tell your operator.",
  "late.button": "This button is from an older version of CSP Desk. Type `/csp` to start again.",
  "late.view":
    "This is taking longer than it should. If your request was taken, you will get a direct message about it; if none comes, start again with `/csp`. Nothing is done twice.",

  "customer.label": "Customer",
  "customer.hint": "Type the beginning of the name or domain, or the whole tenant GUID.",
  "customer.placeholder": "Name, domain or tenant GUID",
  "customer.missing": "Choose a customer from the list.",

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
    "*This purchase can't be cancelled here.* {kind, select, esu {Windows 7 Extended Security Updates} other {Azure reservations}} are only refunded through a support request (`/csp-support`).",
  "buy.note.never":
    "*This purchase can't be cancelled or exchanged.* That holds for all SUSE and Red Hat plans. {more}",
  "buy.working": ":hourglass_flowing_sand: Asking Partner Center for the price. Nothing is bought yet.",
  "buy.confirm.title": "Check the order",
  "buy.confirm.submit": "Place order",
  "buy.confirm.customer": "For *{customer}*",
  "buy.confirm.line": "*{product}*\n{term}",
  "buy.confirm.quantity": "*Quantity*\n{quantity}",
  "buy.confirm.unit": "*Unit price*\n{price}",
  "buy.confirm.total":
    "*Total: {total}*{period, select, month { for each month} year { for each year} other {}}",
  "buy.tax.included": "In this customer's market, prices include tax.",
  "buy.tax.excluded": "Prices do not include tax.",
  "buy.cancel.in_window":
    "Bought now, it can be cancelled until {deadline} ({days, plural, one {# day} other {# days}}) with no early-termination fee; the credit is {refund, select, full {100 %} other {prorated}}.",
  "buy.cancel.in_window_unknown":
    "It can be cancelled for a limited time after the purchase; `/csp-cancel` shows how long.",
  "buy.requested":
    ":white_check_mark: *Order requested.* I will tell you in our direct messages when it is placed, with the order number. You can close this window.",

  "hybrid.windows_server_standard":
    ":bulb: *Azure Hybrid Benefit* applies with Software Assurance: every 16 core licences cover one virtual machine of up to 16 cores, or two of up to 8, in Azure. With the Standard edition a licence is used either in Azure or on your customer's own servers, not in both places.",
  "hybrid.windows_server_datacenter":
    ":bulb: *Azure Hybrid Benefit* applies with Software Assurance: every 16 core licences cover one virtual machine of up to 16 cores, or two of up to 8, in Azure. With the Datacenter edition they may be used in Azure and on your customer's own servers at the same time.",
  "hybrid.sql_server":
    ":bulb: *Azure Hybrid Benefit* applies with Software Assurance: core licences cover vCores of Azure SQL. One core of the Enterprise edition covers four general-purpose vCores, or one business-critical vCore; one core of the Standard edition covers one general-purpose vCore.",

  "line.bought": "{order} · {quantity, plural, one {# licence} other {# licences}} · {bought}",
  "line.cancelled": "{order} · cancelled: key unavailable",
  "line.none": "Nothing has been bought for {customer} yet. Start with `/csp-buy`.",
  "line.more": "The newest {shown} are listed.",

  "keys.title": "Keys and downloads",
  "keys.submit": "Get keys and downloads",
  "keys.intro": "Choose the customer first. Every key and link that you get is recorded with your name.",
  "keys.line.label": "Software",
  "keys.line.hint": "Everything bought on the customer's behalf, cancelled items included.",
  "keys.line.missing":
    "Choose the software. If you have just chosen the customer, wait a moment for the list.",
  "keys.package.missing":
    "Choose version, language and file type. If they do not appear, this software has no key to give.",
  "keys.version.label": "Version",
  "keys.language.label": "Language",
  "keys.file_type.label": "File type or operating system",
  "keys.none": "Nothing is to be fetched for this product: it comes without keys and downloads.",
  "keys.typed":
    "The choices for this software are shown in Partner Center. Type what you are going to choose there, for the record.",
  "keys.working": ":hourglass_flowing_sand: Getting keys and downloads…",
  "keys.product": "*{product}*",
  "keys.version": "*Version*\n{version}",
  "keys.language": "*Language*\n{language}",
  "keys.file_type": "*File type*\n{fileType}",
  "keys.portal":
    "Keys for this software are in Partner Center. Open the customer's *Software* page there, make exactly the choices above and select *Get keys and downloads*. Your request is recorded.",
  "keys.key": "*Activation key*",
  "keys.link": "*Download link*, to copy for your customer",
  "keys.download": "Download",
  "keys.nothing":
    "The service answered without a key and without a link. Ask your operator to look at this request.",
  "keys.only_here": "Shown only here, only now. To see it again, ask again: it costs nothing.",
  "keys.open": "Get keys",
  "keys.again": "Get keys again",
  "portal.open": "Open Partner Center",
  "portal.name": "Partner Center",
  "link.life":
    "{known, select, both {The link works until {until} or for {downloads, plural, one {# download} other {# downloads}}, whichever comes first.} until {The link works until {until}.} downloads {The link works for {downloads, plural, one {# download} other {# downloads}}.} other {How long the link works was not stated.}} After that, get the keys again for a new one, as often as you need.",

  "cancel.title": "Cancel a purchase",
  "cancel.intro":
    "Choose the customer first. You will see how long an order can still be cancelled before anything happens.",
  "cancel.product.label": "Product to cancel",
  "cancel.line.label": "Order number",
  "cancel.line.hint": "One cancellation for one order number. For several, repeat it for each.",
  "cancel.line.state":
    "{state, select, open {{days, plural, =0 {Less than a day left} one {# day left} other {# days left}}} passed {Window passed} needs_support {Support request needed} never {Can''t be cancelled} already_cancelled {Cancelled} already_requested {Being cancelled} other {Bought {bought}}} · {quantity, plural, =0 {no licences} one {# licence} other {# licences}}",
  "cancel.line.missing": "Choose an order number. If the list is not there yet, wait a moment.",
  "cancel.none": "There is no order of this product any more. Choose another product.",
  "cancel.open":
    "*{days, plural, =0 {Less than a day left} one {# day left} other {# days left}} to cancel this order*: until {deadline}. There is no early-termination fee.",
  "cancel.passed":
    "*The cancellation window has passed*: it ended {deadline}. This order can't be cancelled any more.",
  "cancel.needs_support":
    "*More information is needed.* {kind, select, esu {Windows 7 Extended Security Updates} other {Azure reservations}} are only cancelled through a support request. I can open the form with what is known already.",
  "cancel.never": "*SUSE and Red Hat plans can be neither cancelled nor exchanged.* {more}",
  "cancel.never.link": "Read how these plans work",
  "cancel.already":
    "This order has been cancelled already. It stays listed, and its key is no longer available.",
  "cancel.already_requested":
    "{by} has already asked for this order to be cancelled. Nothing else to do: the result goes to them.",
  "cancel.keys":
    "*Keys and download links of this purchase are revoked.* You and your customer must stop using the software.",
  "cancel.credit":
    "{known, select, yes {Expected credit: *{credit}*, with the next monthly invoice} other {The credit comes with the next monthly invoice}} ({refund, select, full {100 %, perpetual software} other {prorated for the time not used}}).",
  "cancel.confirm": "Cancel *{product}* for *{customer}*?",
  "cancel.confirm.submit": "Cancel the order",
  "cancel.working": ":hourglass_flowing_sand: Looking at this order…",
  "cancel.requesting": ":hourglass_flowing_sand: Requesting the cancellation…",
  "cancel.requested":
    ":white_check_mark: *Cancellation of order {order} requested.* I follow it and tell you in our direct messages. Once Partner Center accepts it, it may take up to 15 minutes to show there.",
  "cancel.another": "Cancel another order",
  "cancel.open_form": "Cancel",

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
  "support.amount.hint": "With the currency, such as 1,250.00 EUR.",
  "support.contact_name.label": "Contact name",
  "support.contact_email.label": "Contact e-mail",
  "support.contact_phone.label": "Contact phone",
  "support.invalid.impact": "Choose the impact.",
  "support.invalid.title": "Type a title of at most 255 characters.",
  "support.invalid.orderOrSubscriptionId": "Type one order ID or subscription ID, without spaces.",
  "support.invalid.reason": "Type the reason, in at most 2,000 characters.",
  "support.invalid.amountRequested": "Type the amount and its currency.",
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

  "help.intro": "*What you can do here*",
  "help.buy":
    "*Buy software* · `{command}`\nChoose a customer and a product, see the price, place the order.",
  "help.keys":
    "*Keys and downloads* · `{command}`\nGet the activation key and a download link of what was bought.",
  "help.cancel": "*Cancel a purchase* · `{command}`\nSee how long an order can be cancelled, and cancel it.",
  "help.support":
    "*Support request* · `{command}`\nAsk Microsoft for a refund where a cancellation is not possible.",
  "help.buy.button": "Buy",
  "help.keys.button": "Get keys",
  "help.cancel.button": "Cancel a purchase",
  "help.support.button": "Open a request",
  "help.needs_role": "You need the role {roles} for this.",
  "help.roles":
    "Roles come from {portal}: a global admin of your company gives them there. You can also type: `/csp buy`, `/csp keys`, `/csp cancel`, `/csp support`, `/csp help`.",
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
    "This request has changed since you opened this, so nothing was done. Look at its message, or start again with `/csp`.",
  "error.window_passed":
    "The cancellation window of this order ended {deadline}. It can't be cancelled any more; for an exception, open a support request with `/csp-support`.",
  "error.cancel_by_support_only":
    "This purchase is only cancelled through a support request. Open one with `/csp-support`.",
  "error.never_cancellable":
    "SUSE and Red Hat plans can be neither cancelled nor exchanged. Nothing was done.",
  "error.key_revoked":
    "*Key unavailable.* This purchase was cancelled: its keys and links are revoked, and the item only stays listed. Choose other software.",
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
    "Total: *{total}*{period, select, month { for each month} year { for each year} other {}}, tax included",
  "purchase.total_without_tax":
    "Total: *{total}*{period, select, month { for each month} year { for each year} other {}}, without tax",
  "purchase.quoted": "The price is known and waits for your confirmation.",
  "purchase.lapsed":
    "The price was not confirmed in time, so nothing was bought. Start again with `/csp-buy`.",
  "purchase.requested": ":hourglass_flowing_sand: Order requested. It is placed in a moment.",
  "purchase.sending": ":hourglass_flowing_sand: The order is being placed in Partner Center.",
  "purchase.unknown":
    ":hourglass_flowing_sand: *The answer is not known yet.* The order was sent, but Partner Center's answer did not arrive. I am checking whether it was placed; it is never placed twice. Please do not order again meanwhile.",
  "purchase.ordered": ":white_check_mark: *Ordered.*",
  "purchase.partly_ordered":
    ":warning: *Ordered in part.* What was placed and what was refused is below. Buy the rest again with `/csp-buy`.",
  "purchase.refused":
    ":x: *Not ordered: Partner Center refused.* Nothing was bought. Correct what the reason names and start again with `/csp-buy`.",
  "purchase.needs_person":
    ":warning: *A person has to look.* I could not place this order, or could not find out whether it was placed. Look at the customer's order history in Partner Center before ordering again, and give your operator the ids below.",
  "purchase.order_error": "Refused: {description} (code {code})",

  "cancellation.title": "*Cancellation of {product} for {customer}*",
  "cancellation.requested": ":hourglass_flowing_sand: Cancellation requested. It is sent in a moment.",
  "cancellation.sending": ":hourglass_flowing_sand: The cancellation has been sent to Partner Center.",
  "cancellation.unknown":
    ":hourglass_flowing_sand: *The answer is not known yet.* The cancellation was sent, but Partner Center's answer did not arrive. I am checking, and I will tell you.",
  "cancellation.accepted":
    ":white_check_mark: *Partner Center accepted the cancellation at {accepted}.* It can take until {until} to show there{minutes, plural, =0 {} one {; # minute has gone by} other {; # minutes have gone by}}. I keep looking.",
  "cancellation.overdue":
    ":warning: *Accepted at {accepted}, but it still does not show* after {minutes, plural, one {# minute} other {# minutes}}; it should have by {until}. I keep looking. If it is urgent, open a support request.",
  "cancellation.visible": ":white_check_mark: *Cancelled.* It has shown in Partner Center since {visible}.",
  "cancellation.refused":
    ":x: *Not cancelled: Partner Center refused.* The order stands as it was. The reason is below; where it is not final, a support request may help.",
  "cancellation.refused_late":
    ":x: *Not cancelled: the window has passed* ({deadline}). The order stands as it was. For an exception, open a support request.",
  "cancellation.needs_person":
    ":warning: *A person has to look.* I could not find out whether this order was cancelled. Look at it in Partner Center, and give your operator the ids below.",
  "cancellation.duties":
    "*What you and your customer must do now*\n• Stop using the cancelled software\n• Uninstall it everywhere\n• Delete its downloads, and every key and link you kept",
  "cancellation.stays_listed":
    "The item stays on the customer's software page; its key is no longer available.",

  "key_request.title": "*Keys and downloads of {product} for {customer}*",
  "key_request.requested": ":hourglass_flowing_sand: Asked for {asked}.",
  "key_request.shown":
    ":white_check_mark: Shown to you {asked}. Key and link are not kept here; this record of the access is.",
  "key_request.sent_to_portal": ":white_check_mark: You were sent to Partner Center to get them, {asked}.",
  "key_request.refused":
    ":x: Asked for {asked} and refused. Check the reason below and try again with `/csp-keys`.",
  "key_request.interrupted":
    ":warning: Asked for {asked}, but it broke off halfway. It counts as seen by you. If you saw nothing, get the keys again.",
  "key_request.revoked":
    "*Revoked {revoked}:* the purchase was cancelled. Key and link no longer work: stop using, uninstall and delete the software.",

  "support_request.title": "*Support request “{title}” for {customer}*",
  "support_request.requested": ":hourglass_flowing_sand: Taken. It is being filed.",
  "support_request.sending": ":hourglass_flowing_sand: It is being filed with Microsoft.",
  "support_request.unknown":
    ":hourglass_flowing_sand: *The answer is not known yet.* It was sent, but the answer did not arrive. I am checking whether it was filed.",
  "support_request.to_file":
    ":point_right: *Your turn.* Microsoft takes these requests only in Partner Center. Copy the texts below into the form *Report a problem* there (files, if you have any, are added there too), submit it, and give me the ticket number.",
  "support_request.filed": ":white_check_mark: *Filed* under ticket number *{ticket}*.",
  "support_request.refused":
    ":x: *Not filed: the support desk refused.* Correct what the reason names and send it again with `/csp-support`.",
  "support_request.needs_person":
    ":warning: *A person has to look.* I could not find out whether this request was filed. Look at your support requests in Partner Center, and give your operator the ids below.",
  "support_request.copy.problem_type": "*Problem type*",
  "support_request.copy.title": "*Title*",
  "support_request.copy.description": "*Description*",
} as const;
