import type { en } from "./en.ts";

/** Todos los textos en español, con las palabras de la documentación de Microsoft. */
export const es: Record<keyof typeof en, string> = {
  app: "CSP Desk",
  close: "Cerrar",
  done: "Listo",
  back: "Volver",
  continue: "Continuar",
  choose: "Elija una opción",
  loading: ":hourglass_flowing_sand: Cargando…",
  "refusal.help": "Escriba `/csp` para ver lo que puede hacer aquí.",
  "trigger_expired.command": "Slack tardó demasiado en abrir el formulario. Vuelva a escribir el comando.",
  "trigger_expired.button": "Slack tardó demasiado en abrir el formulario. Vuelva a pulsar el botón.",
  "late.command":
    "CSP Desk no ha respondido a tiempo. Vuelva a escribir el comando; si sigue igual, avise a su operador.",
  "late.button": "Este botón es de una versión anterior de CSP Desk. Escriba `/csp` para empezar de nuevo.",
  "late.view":
    "Esto tarda más de lo normal. Si su solicitud se ha registrado, recibirá un mensaje directo; si no le llega, empiece de nuevo con `/csp`. Nada se hace dos veces.",

  "customer.label": "Cliente",
  "customer.hint": "Escriba el principio del nombre o del dominio, o el GUID del inquilino completo.",
  "customer.placeholder": "Nombre, dominio o GUID del inquilino",
  "customer.missing": "Elija un cliente de la lista.",

  "kind.subscription": "Suscripción de software",
  "kind.perpetual": "Software perpetuo",
  "kind.reservation": "Reserva de Azure",
  "kind.linux_plan": "Plan de software Linux",
  "kind.esu": "Actualizaciones de seguridad extendidas",

  "term.one_time":
    "{billing, select, one_time {Pago único} onetime {Pago único} monthly {Facturación mensual} annual {Facturación anual} other {Facturación: {billing}}}",
  "term.years":
    "{count, plural, one {# año} other {# años}}, {billing, select, one_time {pago único} onetime {pago único} monthly {facturación mensual} annual {facturación anual} triennial {facturación cada tres años} other {facturación: {billing}}}",
  "term.months":
    "{count, plural, one {# mes} other {# meses}}, {billing, select, one_time {pago único} onetime {pago único} monthly {facturación mensual} annual {facturación anual} other {facturación: {billing}}}",
  "term.days":
    "{count, plural, one {# día} other {# días}}, {billing, select, one_time {pago único} onetime {pago único} other {facturación: {billing}}}",

  "buy.title": "Comprar software",
  "buy.submit": "Ver el precio",
  "buy.intro":
    "Elija primero el cliente. No se compra nada hasta que haya visto el precio y realice el pedido.",
  "buy.product.label": "Producto",
  "buy.product.hint": "Solo aparece lo que este cliente puede comprar.",
  "buy.product.placeholder": "Escriba una palabra del nombre del producto",
  "buy.product.missing":
    "Elija un producto. Si acaba de elegirlo, espere un momento a que aparezca el resto del formulario.",
  "buy.term.label": "Plazo y facturación",
  "buy.term.missing": "Este producto no se puede pedir así. Elija su plazo más abajo, u otro producto.",
  "buy.quantity.label": "Cantidad",
  "buy.quantity.hint": "De {minimum} a {maximum}.",
  "buy.quantity.placeholder": "Número entero",
  "buy.quantity.invalid": "Escriba un número entero, por ejemplo 5.",
  "buy.note.reservations":
    "Las reservas de Azure no se venden en el mercado «{market}» (lista de Microsoft del {asOf}).",
  "buy.note.market":
    ":warning: Microsoft incluye el mercado de este cliente entre aquellos en los que no se venden suscripciones de software. Puede continuar: al consultar el precio se verá si es posible.",
  "buy.note.support_only":
    "*Esta compra no se puede cancelar aquí.* {kind, select, esu {Las actualizaciones de seguridad extendidas de Windows 7} other {Las reservas de Azure}} solo se reembolsan mediante una solicitud de soporte técnico (`/csp-support`).",
  "buy.note.never":
    "*Esta compra no se puede cancelar ni intercambiar.* Es así en todos los planes de SUSE y Red Hat. {more}",
  "buy.working":
    ":hourglass_flowing_sand: Consultando el precio en el Centro de partners. Todavía no se compra nada.",
  "buy.confirm.title": "Revise el pedido",
  "buy.confirm.submit": "Realizar el pedido",
  "buy.confirm.customer": "Para *{customer}*",
  "buy.confirm.line": "*{product}*\n{term}",
  "buy.confirm.quantity": "*Cantidad*\n{quantity}",
  "buy.confirm.unit": "*Precio por unidad*\n{price}",
  "buy.confirm.total":
    "*Importe total: {total}*{period, select, month { por cada mes} year { por cada año} other {}}",
  "buy.tax.included": "En el mercado de este cliente, los precios incluyen los impuestos.",
  "buy.tax.excluded": "Los precios no incluyen los impuestos.",
  "buy.cancel.in_window":
    "Si lo compra ahora, podrá cancelarlo hasta el {deadline} ({days, plural, one {# día} other {# días}}) sin cuota de finalización temprana; el crédito es {refund, select, full {del 100 %} other {prorrateado}}.",
  "buy.cancel.in_window_unknown":
    "Se puede cancelar durante un tiempo limitado después de la compra; `/csp-cancel` muestra cuánto.",
  "buy.requested":
    ":white_check_mark: *Pedido solicitado.* Le avisaré en nuestros mensajes directos cuando se haya realizado, con el número de pedido. Puede cerrar esta ventana.",

  "hybrid.windows_server_standard":
    ":bulb: La *Ventaja híbrida de Azure* se aplica con Software Assurance: cada 16 licencias de núcleo cubren en Azure una máquina virtual de hasta 16 núcleos, o dos de hasta 8. Con la edición Standard, una licencia se usa en Azure o en los servidores del cliente, pero no en ambos a la vez.",
  "hybrid.windows_server_datacenter":
    ":bulb: La *Ventaja híbrida de Azure* se aplica con Software Assurance: cada 16 licencias de núcleo cubren en Azure una máquina virtual de hasta 16 núcleos, o dos de hasta 8. Con la edición Datacenter pueden usarse al mismo tiempo en Azure y en los servidores del cliente.",
  "hybrid.sql_server":
    ":bulb: La *Ventaja híbrida de Azure* se aplica con Software Assurance: las licencias de núcleo cubren núcleos virtuales de Azure SQL. Un núcleo de la edición Enterprise cubre cuatro núcleos virtuales de uso general, o uno crítico para la empresa; un núcleo de la edición Standard cubre uno de uso general.",

  "line.bought": "{order} · {quantity, plural, one {# licencia} other {# licencias}} · {bought}",
  "line.cancelled": "{order} · cancelado: clave no disponible",
  "line.none": "Todavía no se ha comprado nada para {customer}. Empiece con `/csp-buy`.",
  "line.more": "Se muestran los {shown} más recientes.",

  "keys.title": "Claves y descargas",
  "keys.submit": "Obtener claves",
  "keys.intro":
    "Elija primero el cliente. Cada clave y cada vínculo que obtenga queda registrado con su nombre.",
  "keys.line.label": "Software adquirido",
  "keys.line.hint": "Todo lo que se ha comprado en nombre del cliente, también lo cancelado.",
  "keys.line.missing":
    "Elija el software. Si acaba de elegir el cliente, espere un momento a que aparezca la lista.",
  "keys.package.missing":
    "Elija la versión, el idioma y el tipo de archivo. Si no aparecen, este software no tiene ninguna clave que entregar.",
  "keys.version.label": "Versión",
  "keys.language.label": "Idioma",
  "keys.file_type.label": "Tipo de archivo o sistema operativo",
  "keys.none": "No hay nada que obtener para este producto: no lleva claves ni descargas.",
  "keys.typed":
    "Las opciones de este software se ven en el Centro de partners. Escriba las que va a elegir allí, para que queden registradas.",
  "keys.working": ":hourglass_flowing_sand: Obteniendo claves y descargas…",
  "keys.product": "*{product}*",
  "keys.version": "*Versión*\n{version}",
  "keys.language": "*Idioma*\n{language}",
  "keys.file_type": "*Tipo de archivo*\n{fileType}",
  "keys.portal":
    "Las claves de este software están en el Centro de partners. Abra allí la página *Software* del cliente, elija exactamente lo indicado arriba y seleccione *Obtener claves y descargas*. Su solicitud queda registrada.",
  "keys.key": "*Clave de producto*",
  "keys.link": "*Vínculo de descarga*, para copiarlo y enviarlo al cliente",
  "keys.download": "Descargar",
  "keys.nothing":
    "El servicio ha respondido sin clave y sin vínculo. Pida a su operador que revise esta solicitud.",
  "keys.only_here":
    "Se muestra solo aquí y solo ahora. Para verlo otra vez, pídalo de nuevo: no cuesta nada.",
  "keys.open": "Obtener claves",
  "keys.again": "Obtener claves otra vez",
  "portal.open": "Abrir el Centro de partners",
  "portal.name": "Centro de partners",
  "link.life":
    "{known, select, both {El vínculo funciona hasta el {until} o durante {downloads, plural, one {# descarga} other {# descargas}}, lo que ocurra primero.} until {El vínculo funciona hasta el {until}.} downloads {El vínculo funciona durante {downloads, plural, one {# descarga} other {# descargas}}.} other {No se ha indicado cuánto tiempo funciona el vínculo.}} Después, obtenga otra vez las claves para tener uno nuevo, tantas veces como sea necesario.",

  "cancel.title": "Cancelar una compra",
  "cancel.intro":
    "Elija primero el cliente. Antes de que ocurra nada verá hasta cuándo se puede cancelar cada pedido.",
  "cancel.product.label": "Producto que desea cancelar",
  "cancel.line.label": "Número de pedido",
  "cancel.line.hint": "Una cancelación por cada número de pedido. Si son varios, repítala para cada uno.",
  "cancel.line.state":
    "{state, select, open {{days, plural, =0 {Queda menos de un día} one {Queda # día} other {Quedan # días}}} passed {Plazo vencido} needs_support {Requiere solicitud de soporte} never {No se puede cancelar} already_cancelled {Cancelado} already_requested {Cancelación en curso} other {Comprado el {bought}}} · {quantity, plural, =0 {sin licencias} one {# licencia} other {# licencias}}",
  "cancel.line.missing": "Elija un número de pedido. Si la lista aún no ha aparecido, espere un momento.",
  "cancel.none": "Ya no hay ningún pedido de este producto. Elija otro producto.",
  "cancel.open":
    "*{days, plural, =0 {Queda menos de un día} one {Queda # día} other {Quedan # días}} para cancelar este pedido*: hasta el {deadline}. No se cobra cuota de finalización temprana.",
  "cancel.passed":
    "*El plazo de cancelación ha vencido*: terminó el {deadline}. Este pedido ya no se puede cancelar.",
  "cancel.needs_support":
    "*Se necesita más información.* {kind, select, esu {Las actualizaciones de seguridad extendidas de Windows 7} other {Las reservas de Azure}} solo se cancelan mediante una solicitud de soporte técnico. Puedo abrir el formulario con lo que ya se sabe.",
  "cancel.never": "*Los planes de SUSE y Red Hat no se pueden cancelar ni intercambiar.* {more}",
  "cancel.never.link": "Más información sobre estos planes",
  "cancel.already": "Este pedido ya está cancelado. Sigue en la lista, pero su clave ya no está disponible.",
  "cancel.already_requested":
    "{by} ya ha pedido la cancelación de este pedido. No hay que hacer nada más: el resultado lo recibirá esa persona.",
  "cancel.keys":
    "*Se revocan las claves y los vínculos de descarga de esta compra.* Usted y su cliente deben dejar de usar el software.",
  "cancel.credit":
    "{known, select, yes {Crédito previsto: *{credit}*, en la próxima factura mensual} other {El crédito aparecerá en la próxima factura mensual}} ({refund, select, full {100 %, software perpetuo} other {prorrateado por el tiempo no usado}}).",
  "cancel.confirm": "¿Cancelar *{product}* de *{customer}*?",
  "cancel.confirm.submit": "Cancelar el pedido",
  "cancel.working": ":hourglass_flowing_sand: Revisando este pedido…",
  "cancel.requesting": ":hourglass_flowing_sand: Solicitando la cancelación…",
  "cancel.requested":
    ":white_check_mark: *Cancelación del pedido {order} solicitada.* La sigo y le avisaré en nuestros mensajes directos. Cuando el Centro de partners la acepte, puede tardar hasta 15 minutos en aparecer allí.",
  "cancel.another": "Cancelar otro pedido",
  "cancel.open_form": "Cancelar",

  "support.title": "Solicitud de soporte",
  "support.submit": "Enviar",
  "support.open": "Abrir una solicitud de soporte",
  "support.problem_type": "*Tipo de problema*\nCompra o reembolso de CSP en nombre de los clientes",
  "support.impact.label": "Impacto",
  "impact.critical": "Crítico",
  "impact.moderate": "Moderado",
  "impact.minimal": "Mínimo",
  "support.subject.label": "Título",
  "support.order.label": "Id. de pedido o id. de suscripción",
  "support.reason.label": "Motivo del reembolso",
  "support.amount.label": "Importe solicitado",
  "support.amount.hint": "Con la moneda, por ejemplo 1.250,00 EUR.",
  "support.contact_name.label": "Nombre de contacto",
  "support.contact_email.label": "Correo electrónico de contacto",
  "support.contact_phone.label": "Teléfono de contacto",
  "support.invalid.impact": "Elija el impacto.",
  "support.invalid.title": "Escriba un título de 255 caracteres como máximo.",
  "support.invalid.orderOrSubscriptionId": "Escriba un único id. de pedido o de suscripción, sin espacios.",
  "support.invalid.reason": "Escriba el motivo, en 2000 caracteres como máximo.",
  "support.invalid.amountRequested": "Escriba el importe y su moneda.",
  "support.invalid.contactName": "Escriba un nombre.",
  "support.invalid.contactEmail": "Escriba una dirección de correo electrónico completa.",
  "support.invalid.contactPhone": "Escriba un número de teléfono con dígitos, por ejemplo +34 910 000 000.",
  "support.invalid.ticketNumber":
    "Escriba el número tal como lo muestra el Centro de partners: solo dígitos, o 1-1234567890123.",
  "support.working": ":hourglass_flowing_sand: Registrando su solicitud…",
  "support.requested":
    ":white_check_mark: *Solicitud de soporte técnico {id} registrada.* Le diré en nuestros mensajes directos cómo continúa.",
  "support.filed.open": "Ya la he presentado",
  "support.filed.title": "Número de incidencia",
  "support.filed.submit": "Guardar",
  "support.filed.done":
    ":white_check_mark: *Guardado.* El mensaje de la solicitud muestra ahora el número de incidencia.",
  "support.ticket.label": "Número de incidencia del Centro de partners",
  "support.ticket.hint": "Aparece después de enviar allí el formulario.",

  "help.intro": "*Lo que puede hacer aquí*",
  "help.buy":
    "*Comprar software* · `{command}`\nElija un cliente y un producto, vea el precio y realice el pedido.",
  "help.keys":
    "*Claves y descargas* · `{command}`\nObtenga la clave de producto y un vínculo de descarga de lo comprado.",
  "help.cancel":
    "*Cancelar una compra* · `{command}`\nVea hasta cuándo se puede cancelar un pedido y cancélelo.",
  "help.support":
    "*Solicitud de soporte* · `{command}`\nPida un reembolso a Microsoft cuando no sea posible cancelar.",
  "help.buy.button": "Comprar",
  "help.keys.button": "Obtener claves",
  "help.cancel.button": "Cancelar una compra",
  "help.support.button": "Abrir una solicitud",
  "help.needs_role": "Para esto necesita el rol {roles}.",
  "help.roles":
    "Los roles vienen del {portal}: allí los asigna un administrador global de su empresa. También puede escribir: `/csp comprar`, `/csp claves`, `/csp cancelar`, `/csp soporte`, `/csp ayuda`.",
  "help.did_you_mean":
    "No conozco la palabra «{typed}». ¿Quería decir `/csp {word}`? Abajo está todo lo que conozco.",
  "help.unknown_word": "No conozco la palabra «{typed}». Abajo está todo lo que conozco.",

  "role.admin_agent": "Agente de administración",
  "role.sales_agent": "Agente de ventas",
  "role.helpdesk_agent": "Agente del departamento de soporte técnico",
  "role.global_admin": "Administrador global",
  "role.account_admin": "Administrador de cuenta",
  "role.referral_admin": "Administrador de referencias",
  "role.marketing_content_admin": "Administrador de contenido de marketing",

  "error.not_linked":
    "No encuentro ningún usuario del partner con su dirección de correo electrónico ({email}). Pida a un administrador global de su empresa que revise su usuario y sus roles en el Centro de partners.",
  "error.not_member":
    "CSP Desk es solo para miembros de este espacio de trabajo, no para invitados ni otras organizaciones. Pídaselo a un compañero que sea miembro.",
  "error.roles_unknown":
    "Ahora mismo no puedo confirmar sus roles con el Centro de partners, así que no se ha hecho nada. Inténtelo de nuevo en unos minutos; si sigue igual, avise a su operador.",
  "error.not_allowed":
    "{act, select, buy {Para comprar} keys {Para obtener claves y descargas} cancel {Para cancelar} support {Para abrir solicitudes de soporte técnico} other {Para leer la actividad}} se necesita el rol {roles}. Un administrador global de su empresa puede asignárselo en el Centro de partners.",
  "error.invalid_input":
    "Algo de este formulario no se puede usar tal como está. Revise lo que ha escrito y envíelo otra vez.",
  "error.customer_not_found":
    "El Centro de partners no conoce a este cliente, o no es cliente suyo. Elíjalo otra vez de la lista.",
  "error.product_not_found":
    "Este producto no se puede comprar ahora para este cliente. Elija otro producto u otro plazo.",
  "error.order_not_found":
    "El Centro de partners no encuentra este pedido. Elíjalo otra vez de la lista; un pedido nuevo puede tardar unos minutos en aparecer.",
  "error.package_not_found": "Esta combinación de versión, idioma y tipo de archivo no existe. Elija otra.",
  "error.reservations_not_sold":
    "*Las reservas de Azure no se venden en el mercado «{market}»* (lista de Microsoft del {asOf}). Elija otro producto para este cliente.",
  "error.agreement_missing":
    "Este cliente no ha aceptado el Contrato de cliente de Microsoft. Confírmelo en la página de la cuenta del cliente en el Centro de partners y consulte el precio otra vez.",
  "error.cart_line_refused":
    "El Centro de partners no lo vende así: {description} Cambie el producto, el plazo o la cantidad.",
  "error.quantity_not_allowed": "Esta cantidad no es posible. Escriba un número de {minimum} a {maximum}.",
  "error.already_requested":
    "{by} ya ha pedido la cancelación de este pedido. No hay que hacer nada más: el resultado lo recibirá esa persona.",
  "error.already_cancelled": "Este pedido ya está cancelado. Elija otro.",
  "error.request_not_found": "Ya no encuentro esta solicitud. Empiece de nuevo con `/csp`.",
  "error.request_moved_on":
    "Esta solicitud ha cambiado desde que abrió esto, así que no se ha hecho nada. Consulte el mensaje de la solicitud o empiece de nuevo con `/csp`.",
  "error.window_passed":
    "El plazo de cancelación de este pedido terminó el {deadline}. Ya no se puede cancelar; si necesita una excepción, abra una solicitud de soporte técnico con `/csp-support`.",
  "error.cancel_by_support_only":
    "Esta compra solo se cancela mediante una solicitud de soporte técnico. Ábrala con `/csp-support`.",
  "error.never_cancellable":
    "Los planes de SUSE y Red Hat no se pueden cancelar ni intercambiar. No se ha hecho nada.",
  "error.key_revoked":
    "*Clave no disponible.* Esta compra se canceló: sus claves y vínculos están revocados y el elemento solo sigue en la lista. Elija otro software.",
  "error.partner_center_unavailable":
    "El Centro de partners no responde en este momento. No se ha perdido nada: inténtelo de nuevo en un minuto. Referencia {reference}.",
  "error.partner_center_refused":
    "El Centro de partners lo ha rechazado: {description} (código {code}). Si no lo esperaba, comunique la referencia {reference}.",
  "error.fulfilment_unavailable":
    "El servicio de claves y descargas no responde en este momento. Inténtelo de nuevo en un minuto. Referencia {reference}.",
  "error.fulfilment_refused":
    "El servicio de claves y descargas lo ha rechazado: {description} Si no lo esperaba, comunique la referencia {reference}.",
  "error.desk_unavailable":
    "CSP Desk no puede trabajar en este momento: no accede a su base de datos. Inténtelo de nuevo en un minuto; nada se hace dos veces.",
  "error.stale":
    "Este formulario o botón es de una versión anterior de CSP Desk. Empiece de nuevo con `/csp`.",
  "error.slack": "Slack no me ha respondido. Inténtelo de nuevo en un minuto. Referencia {reference}.",
  "error.fault":
    "No ha funcionado, y es un fallo nuestro. Inténtelo de nuevo; si sigue igual, dé a su operador la referencia {reference}.",

  "message.footer": "{id} · actualizado el {updated}",
  "fact.order": "*Pedido*\n{order}",
  "fact.quantity": "*Cantidad*\n{quantity}",
  "fact.bought": "*Fecha de compra*\n{bought}",
  "fact.impact": "*Impacto*\n{impact}",
  "fact.operation": "*Operación*\n{operation}",
  "fact.request": "*Id. de solicitud*\n{id}",
  "fact.correlation": "*Id. de correlación*\n{id}",
  "failure.reason": "La respuesta fue: {description} (código {code})",

  "purchase.title": "*Compra para {customer}*",
  "purchase.line": "{quantity} × {product}",
  "purchase.total_with_tax":
    "Total: *{total}*{period, select, month { por cada mes} year { por cada año} other {}}, impuestos incluidos",
  "purchase.total_without_tax":
    "Total: *{total}*{period, select, month { por cada mes} year { por cada año} other {}}, sin impuestos",
  "purchase.quoted": "El precio se conoce y espera su confirmación.",
  "purchase.lapsed":
    "El precio no se confirmó a tiempo, así que no se ha comprado nada. Empiece de nuevo con `/csp-buy`.",
  "purchase.requested": ":hourglass_flowing_sand: Pedido solicitado. Se realizará enseguida.",
  "purchase.sending": ":hourglass_flowing_sand: El pedido se está realizando en el Centro de partners.",
  "purchase.unknown":
    ":hourglass_flowing_sand: *Todavía no se conoce la respuesta.* El pedido se envió, pero la respuesta del Centro de partners no llegó. Estoy comprobando si se realizó; nunca se realiza dos veces. No vuelva a pedirlo mientras tanto.",
  "purchase.ordered": ":white_check_mark: *Pedido realizado.*",
  "purchase.partly_ordered":
    ":warning: *Pedido realizado en parte.* Abajo está lo que se ha pedido y lo que se ha rechazado. Compre el resto otra vez con `/csp-buy`.",
  "purchase.refused":
    ":x: *Pedido no realizado: el Centro de partners lo ha rechazado.* No se ha comprado nada. Corrija lo que indica el motivo y empiece de nuevo con `/csp-buy`.",
  "purchase.needs_person":
    ":warning: *Tiene que revisarlo una persona.* No he podido realizar este pedido, o no he podido saber si se realizó. Consulte el historial de pedidos del cliente en el Centro de partners antes de volver a pedirlo, y dé a su operador los identificadores de abajo.",
  "purchase.order_error": "Rechazado: {description} (código {code})",

  "cancellation.title": "*Cancelación de {product} de {customer}*",
  "cancellation.requested": ":hourglass_flowing_sand: Cancelación solicitada. Se enviará enseguida.",
  "cancellation.sending": ":hourglass_flowing_sand: La cancelación se ha enviado al Centro de partners.",
  "cancellation.unknown":
    ":hourglass_flowing_sand: *Todavía no se conoce la respuesta.* La cancelación se envió, pero la respuesta del Centro de partners no llegó. Lo estoy comprobando y le avisaré.",
  "cancellation.accepted":
    ":white_check_mark: *El Centro de partners aceptó la cancelación a las {accepted}.* Puede tardar hasta las {until} en aparecer allí{minutes, plural, =0 {} one {; ha pasado # minuto} other {; han pasado # minutos}}. Lo sigo comprobando.",
  "cancellation.overdue":
    ":warning: *Aceptada a las {accepted}, pero todavía no aparece* después de {minutes, plural, one {# minuto} other {# minutos}}; debería haber aparecido antes de las {until}. Lo sigo comprobando. Si es urgente, abra una solicitud de soporte técnico.",
  "cancellation.visible":
    ":white_check_mark: *Cancelado.* Aparece en el Centro de partners desde el {visible}.",
  "cancellation.refused":
    ":x: *No cancelado: el Centro de partners lo ha rechazado.* El pedido sigue como estaba. El motivo está abajo; si no es definitivo, puede ayudar una solicitud de soporte técnico.",
  "cancellation.refused_late":
    ":x: *No cancelado: el plazo ha vencido* ({deadline}). El pedido sigue como estaba. Si necesita una excepción, abra una solicitud de soporte técnico.",
  "cancellation.needs_person":
    ":warning: *Tiene que revisarlo una persona.* No he podido saber si este pedido se canceló. Consúltelo en el Centro de partners y dé a su operador los identificadores de abajo.",
  "cancellation.duties":
    "*Lo que usted y su cliente deben hacer ahora*\n• Dejar de usar el software cancelado\n• Desinstalarlo en todos los equipos\n• Eliminar sus descargas y todas las claves y vínculos que hayan guardado",
  "cancellation.stays_listed":
    "El elemento sigue en la página de software del cliente; su clave ya no está disponible.",

  "key_request.title": "*Claves y descargas de {product} para {customer}*",
  "key_request.requested": ":hourglass_flowing_sand: Solicitado el {asked}.",
  "key_request.shown":
    ":white_check_mark: Se le mostró el {asked}. La clave y el vínculo no se guardan aquí; sí queda este registro del acceso.",
  "key_request.sent_to_portal":
    ":white_check_mark: Se le envió al Centro de partners para obtenerlas, el {asked}.",
  "key_request.refused":
    ":x: Solicitado el {asked} y rechazado. Vea el motivo abajo e inténtelo de nuevo con `/csp-keys`.",
  "key_request.interrupted":
    ":warning: Solicitado el {asked}, pero se interrumpió a medias. Cuenta como visto por usted. Si no vio nada, obtenga las claves otra vez.",
  "key_request.revoked":
    "*Revocado el {revoked}:* la compra se canceló. La clave y el vínculo ya no funcionan: deje de usar el software, desinstálelo y elimínelo.",

  "support_request.title": "*Solicitud de soporte «{title}» para {customer}*",
  "support_request.requested": ":hourglass_flowing_sand: Registrada. Se está presentando.",
  "support_request.sending": ":hourglass_flowing_sand: Se está presentando a Microsoft.",
  "support_request.unknown":
    ":hourglass_flowing_sand: *Todavía no se conoce la respuesta.* Se envió, pero la respuesta no llegó. Estoy comprobando si se presentó.",
  "support_request.to_file":
    ":point_right: *Le toca a usted.* Microsoft solo admite estas solicitudes en el Centro de partners. Copie los textos de abajo en el formulario *Notificar un problema*. Agregue allí los archivos, si los tiene; envíe el formulario y deme el número de incidencia.",
  "support_request.filed": ":white_check_mark: *Presentada* con el número de incidencia *{ticket}*.",
  "support_request.refused":
    ":x: *No presentada: la solicitud de soporte técnico se ha rechazado.* Corrija lo que indica el motivo y envíela otra vez con `/csp-support`.",
  "support_request.needs_person":
    ":warning: *Tiene que revisarlo una persona.* No he podido saber si esta solicitud se presentó. Consulte sus solicitudes de soporte técnico en el Centro de partners y dé a su operador los identificadores de abajo.",
  "support_request.copy.problem_type": "*Tipo de problema*",
  "support_request.copy.title": "*Título*",
  "support_request.copy.description": "*Descripción*",
};
