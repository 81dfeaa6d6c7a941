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
  "trigger_expired.shortcut": "Slack tardó demasiado en abrir el formulario. Vuelva a elegir el atajo.",
  "late.command":
    "CSP Desk no ha respondido a tiempo. Vuelva a escribir el comando; si sigue igual, avise a su operador.",
  "late.unknown_command": "CSP Desk ya no conoce este comando. Escriba `/csp` para ver lo que hay.",
  "late.button": "Este botón es de una versión anterior de CSP Desk. Escriba `/csp` para empezar de nuevo.",
  "late.shortcut": "CSP Desk ya no conoce este atajo. Escriba `/csp` para empezar de nuevo.",
  "late.view":
    "Esto tarda más de lo normal. Si su solicitud se ha registrado, recibirá un mensaje directo; si no le llega, empiece de nuevo con `/csp`. Nada se hace dos veces.",

  "customer.label": "Cliente",
  "customer.hint": "Escriba el principio del nombre o del dominio, o el GUID del inquilino completo.",
  "customer.placeholder": "Nombre, dominio o GUID del inquilino",
  "customer.missing": "Elija un cliente de la lista.",
  "customer.typed.several":
    "Hay varios clientes que empiezan por «{typed}»: {names}. Elija uno de la lista de clientes.",
  "customer.typed.none":
    "Ningún cliente empieza por «{typed}». Elija uno de la lista por nombre, dominio o GUID del inquilino.",

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
    "*{kind, select, esu {Las actualizaciones de seguridad extendidas de Windows 7} other {Las reservas de Azure}} no se pueden cancelar aquí.* Solo se reembolsan mediante una solicitud de soporte técnico (`/csp-support`).",
  "buy.note.never": "*Los planes de SUSE y Red Hat no se pueden cancelar ni intercambiar.* {more}",
  "buy.working":
    ":hourglass_flowing_sand: Consultando el precio en el Centro de partners. Todavía no se compra nada.",
  "buy.confirm.title": "Revise el pedido",
  "buy.confirm.submit": "Realizar el pedido",
  "buy.confirm.customer": "Para *{customer}*",
  "buy.confirm.line": "*{product}*\n{term}",
  "buy.confirm.quantity": "*Cantidad*\n{quantity}",
  "buy.confirm.unit": "*Precio por unidad*\n{price}",
  "buy.confirm.total":
    "*Importe total: {total}*{period, select, month { por cada mes} year { por cada año} first { con las primeras facturas} other {}}",
  "buy.tax.included": "En el mercado de este cliente, los precios incluyen los impuestos.",
  "buy.tax.excluded": "Los precios no incluyen los impuestos.",
  "buy.cancel.in_window":
    "*{kind}:* si se compra ahora, se podrá cancelar hasta el {deadline} ({days, plural, one {# día} other {# días}}) sin cuota de finalización temprana; el crédito es {refund, select, full {del 100 %{known, select, yes { ({first})} other {}}} full_first {del 100 %{known, select, yes { ({first})} other {}} hasta el {full} y después prorrateado{known, select, yes {, {last} el último día} other {}}} other {prorrateado{known, select, yes {: {first} el primer día, {last} el último} other {}}}}.",
  "buy.cancel.in_window_unknown":
    "Se puede cancelar durante un tiempo limitado después de la compra; `/csp-cancel` muestra cuánto.",
  "buy.requested":
    ":white_check_mark: *Pedido solicitado.* Le avisaré en nuestros mensajes directos cuando se haya realizado, con el número de pedido. Puede cerrar esta ventana.",

  "buy.product.another": "Otro producto",
  "buy.add": "Añadir al pedido",
  "buy.lines": "*En este pedido* ({count} de {most} como máximo)",
  "buy.lines.line": "*{product}*\n{quantity, plural, one {# unidad} other {# unidades}} · {term}",
  "buy.lines.remove": "Quitar",
  "buy.lines.full":
    "Un pedido admite hasta {most} productos. Consulte ya el precio; lo demás va en otro pedido.",
  "buy.lines.unbound":
    "Falta una suscripción de Azure de este cliente. Quite esta reserva y vuelva a elegirla.",
  "buy.region": "Región: *{region}*",
  "buy.reservation": "Región {region} · {scope, select, single {ámbito único} other {ámbito compartido}}",
  "buy.reservation.bound":
    "Región {region} · {scope, select, single {ámbito único} other {ámbito compartido}} · suscripción de Azure {subscription}",
  "buy.subscription.label": "Suscripción de Azure",
  "buy.subscription.hint": "La reserva se factura a esta suscripción.",
  "buy.subscription.none":
    "*Este cliente no tiene ninguna suscripción de Azure a la que pueda pertenecer una reserva.* Compre primero un plan de Azure para este cliente en el Centro de partners y vuelva a elegir la reserva.",
  "buy.scope.label": "Ámbito",
  "buy.scope.choice": "{scope, select, single {Único} other {Compartido}}",
  "buy.scope.means":
    "{scope, select, single {Solo la usa esta suscripción} other {La usan todas las suscripciones del cliente}}",
  "buy.note.agreement":
    "*Este cliente no ha aceptado el Contrato de cliente de Microsoft*, así que no se le puede comprar nada. Haga que lo acepte, o confirme en {account} que lo aceptó, y vuelva a elegir el cliente.",
  "buy.note.agreement.link": "la página de la cuenta del cliente",
  "buy.confirm.line_total":
    "*En conjunto*\n{price}{period, select, month { por cada mes} year { por cada año} other {}}",
  "buy.confirm.market":
    "Microsoft incluye el mercado «{market}» entre aquellos en los que no se venden suscripciones de software. Aun así, el Centro de partners da un precio.",
  "buy.total.part":
    "• {total}{period, select, month { por cada mes} year { por cada año} other { una sola vez}}",
  "purchase.order": "*Pedido {order}* · {bought}",
  "purchase.not_ordered": ":x: *No se ha pedido:* {quantity} × {product}",
  "purchase.refused_together":
    "El Centro de partners pide estas {count} líneas juntas o no pide ninguna, y no dice cuál de ellas es la causa:",
  "purchase.retried":
    ":repeat: {by} volvió a intentar el {at} lo que no se había pedido. El mensaje de esa compra dice qué ha sido de ello.",
  "purchase.price_differs":
    ":warning: *Pedido por {ordered}, no por los {confirmed} que usted confirmó:* el precio cambió entre nuestra última comprobación y el pedido. {cancel, select, yes {Está comprado. Si no lo quiere a este precio, cancele esta línea hasta el {deadline} con el botón de abajo.} other {Está comprado, y aquí no se puede cancelar.}}",
  "purchase.cancel_until": "Se puede cancelar hasta el {deadline}.",
  "purchase.cancel_by_support_only":
    "Aquí no se puede cancelar: solo mediante una solicitud de soporte técnico.",
  "purchase.cancel_never": "No se puede cancelar ni intercambiar.",
  "purchase.retry": "Intentar el resto otra vez",
  "purchase.retry_all": "Intentarlo otra vez",
  "error.azure_subscription_missing":
    "{available, plural, =0 {Este cliente no tiene ninguna suscripción de Azure a la que pueda pertenecer una reserva. Compre primero un plan de Azure en el Centro de partners.} other {Elija una de las suscripciones de Azure de este cliente.}}",
  "error.inventory_restricted":
    "*Esta reserva no se puede comprar ahora.* {restriction, select, InventoryNotAvailable {No queda ninguna en esta región. Elija otra región u otro tamaño, o inténtelo más tarde.} NotAvailableForSubscription {Esta suscripción de Azure no puede tenerla. Elija otra suscripción.} other {El Centro de partners dice: {description} Elija otra suscripción, otra región u otro tamaño.}}",
  "error.line_repeated": "Ya está en el pedido. Quite esa línea y escriba la cantidad de las dos juntas.",
  "refusal.account_limits":
    "El cliente tiene tantas suscripciones o licencias como se permiten. Cancele lo que ya no haga falta o pida menos. (código {code})",
  "refusal.agreement":
    "El cliente no ha aceptado el Contrato de cliente de Microsoft. Confírmelo en la página de la cuenta del cliente en el Centro de partners e inténtelo otra vez. (código {code})",
  "refusal.attestation":
    "El Centro de partners exige la atestación del partner registrado. Si su empresa es proveedor indirecto, pida a su operador que establezca `PARTNER_ON_RECORD_ATTESTATION=accepted`. (código {code})",
  "refusal.attestation_item":
    "Este producto necesita una atestación propia. Cómprelo en el Centro de partners, donde se pide. (código {code})",
  "refusal.availability_gone":
    "Esta oferta acaba de ser sustituida por otra. Elija el producto otra vez para ver su precio actual. (código {code})",
  "refusal.busy":
    "El Centro de partners todavía está procesando un pedido como este. Consulte dentro de unos minutos el historial de pedidos del cliente antes de volver a pedirlo. (código {code})",
  "refusal.cart_items":
    "El Centro de partners ha encontrado errores en el carro. Consulte el precio otra vez: ahí se indica la línea y el motivo. (código {code})",
  "refusal.cart_unknown":
    "El precio es demasiado antiguo: el Centro de partners ya no tiene su carro. Consulte el precio otra vez. (código {code})",
  "refusal.country": "No se vende en el país del cliente. Elija otro producto. (código {code})",
  "refusal.credit_limit":
    "El límite de crédito de su empresa con Microsoft no alcanza para este pedido. Pague las facturas pendientes o solicite un límite mayor en el Centro de partners e inténtelo otra vez; o pida menos. (código {code})",
  "refusal.currency": "No se vende en la moneda del cliente. Elija otro producto. (código {code})",
  "refusal.customer_type":
    "Este tipo de cliente no puede comprarlo. Compruebe el segmento del cliente en el Centro de partners o elija otro producto. (código {code})",
  "refusal.documents":
    "Este pedido necesita una orden de compra o un documento de licitación. Realícelo en el Centro de partners, donde se puede añadir. (código {code})",
  "refusal.inventory":
    "{available, plural, =-1 {No hay suficientes. Pida menos o inténtelo más tarde.} =0 {No queda ninguno. Elija otro producto o inténtelo más tarde.} one {Solo queda #. Pida uno.} other {Solo quedan #. Pida esa cantidad como máximo.}} (código {code})",
  "refusal.item_invalid":
    "El Centro de partners no entiende esta línea: {description} Elija el producto otra vez. (código {code})",
  "refusal.not_eligible":
    "Su empresa o este cliente no pueden comprarlo. Pregunte a un administrador global por las autorizaciones de su empresa en el Centro de partners o elija otro producto. (código {code})",
  "refusal.not_sold": "Ya no se vende. Elija el producto que lo sustituye. (código {code})",
  "refusal.partner_status":
    "Su empresa no puede vender ahora: el contrato de partner o el estado de revendedor no está en orden. Un administrador global puede ver en el Centro de partners lo que falta. (código {code})",
  "refusal.processing":
    "El Centro de partners no ha podido procesarlo y no dice por qué. Inténtelo otra vez; si sigue igual, dé los identificadores a su operador. (código {code})",
  "refusal.quantity_limits":
    "La cantidad está fuera de lo permitido para este producto. Escriba otra. (código {code})",
  "refusal.quota":
    "{available, plural, =-1 {Es más de lo que el cliente puede tener. Pida menos.} =0 {El cliente no puede tener más. Elija otro producto.} other {El cliente puede tener # más como máximo. Pida esa cantidad o menos.}}{purchased, plural, =-1 {} =0 {} other { Ya tiene #.}} (código {code})",
  "refusal.reseller":
    "Este producto no se puede vender con un revendedor registrado. Elija otro producto. (código {code})",
  "refusal.risk_check":
    "La comprobación de riesgos de Microsoft ha detenido este pedido. Haga revisar los datos del cliente en el Centro de partners y pregunte al soporte técnico de Microsoft antes de intentarlo otra vez. (código {code})",
  "refusal.sandbox":
    "El espacio aislado de integración no permite más. Cancele algo allí o pida menos. (código {code})",
  "refusal.seats":
    "Una suscripción no admite más licencias. Pida menos o repártalas en dos pedidos. (código {code})",
  "refusal.subscription_invalid":
    "Esta suscripción de Azure no sirve para una reserva. Elija otra del cliente. (código {code})",
  "refusal.subscription_not_enabled":
    "Esta suscripción de Azure no está habilitada para reservas. Habilítela en el Centro de partners o elija otra. (código {code})",
  "refusal.subscription_not_registered":
    "Esta suscripción de Azure no está registrada para reservas. Regístrela en el Centro de partners o elija otra. (código {code})",
  "refusal.under_review":
    "Microsoft está revisando a este cliente. No se puede comprar nada hasta que termine, unos días como mucho; inténtelo entonces. (código {code})",
  "refusal.not_approved":
    "La revisión de Microsoft no ha aprobado a este cliente. Compruebe los datos del cliente en el Centro de partners y pregunte al soporte técnico de Microsoft. (código {code})",

  "hybrid.windows_server_standard":
    ":bulb: La *Ventaja híbrida de Azure* se aplica con Software Assurance: cada 16 licencias de núcleo cubren en Azure una máquina virtual de hasta 16 núcleos, o dos de hasta 8. Con la edición Standard, una licencia se usa en Azure o en los servidores del cliente, pero no en ambos a la vez.",
  "hybrid.windows_server_datacenter":
    ":bulb: La *Ventaja híbrida de Azure* se aplica con Software Assurance: cada 16 licencias de núcleo cubren en Azure una máquina virtual de hasta 16 núcleos, o dos de hasta 8. Con la edición Datacenter pueden usarse al mismo tiempo en Azure y en los servidores del cliente.",
  "hybrid.sql_server":
    ":bulb: La *Ventaja híbrida de Azure* se aplica con Software Assurance: las licencias de núcleo cubren núcleos virtuales de Azure SQL. Un núcleo de la edición Enterprise cubre cuatro núcleos virtuales de uso general, o uno crítico para la empresa; un núcleo de la edición Standard cubre uno de uso general.",

  "line.none": "Todavía no se ha comprado nada para {customer}. Empiece con `/csp-buy`.",

  "keys.title": "Claves y descargas",
  "keys.submit": "Obtener claves",
  "keys.intro":
    "Elija el cliente para ver todo lo que se ha comprado para él. Cada clave y cada vínculo que obtenga queda registrado con su nombre.",
  "keys.chosen":
    "*{product}*\nPedido {order} · {quantity, plural, =0 {} one {# licencia · } other {# licencias · }}comprado el {bought}",
  "keys.package.missing": "Elija o escriba también esto. Si la lista aún no está, espere un momento.",
  "keys.version.label": "Versión",
  "keys.language.label": "Idioma",
  "keys.file_type.label": "Tipo de archivo o sistema operativo",
  "keys.reason.label": "Motivo",
  "keys.reason.hint":
    "Para qué la necesita ahora, por ejemplo un número de incidencia. Queda registrado con su nombre.",
  "keys.reason.invalid": "Escriba un motivo de {least} a {most} caracteres.",
  "keys.renew.reason": "Renovación del vínculo de descarga",
  "keys.minute":
    ":stopwatch: Las claves y los vínculos se muestran durante un minuto; después esta ventana los retira. Tenga preparado el lugar donde va a copiarlos.",
  "keys.none": "No hay nada que obtener para este producto: no lleva claves ni descargas.",
  "keys.typed":
    "Las opciones de este software se ven en el Centro de partners. Escriba las que va a elegir allí, para que queden registradas.",
  "keys.working": ":hourglass_flowing_sand: Obteniendo claves y descargas…",
  "keys.version": "*Versión*\n{version}",
  "keys.language": "*Idioma*\n{language}",
  "keys.file_type": "*Tipo de archivo*\n{fileType}",
  "keys.portal":
    "*La clave de este software está en el Centro de partners.* Su solicitud queda registrada; haga allí lo siguiente:",
  "keys.step":
    "{number}. {act, select, open_software {Abra la página *Software* del cliente con el botón de abajo} find_product {Busque el producto *{value}*} find_order {Busque el pedido *{value}*} choose_version {Elija la versión *{value}*} choose_language {Elija el idioma *{value}*} choose_file_type {Elija el tipo de archivo *{value}*} get_keys_and_downloads {Seleccione *Obtener claves y descargas*} copy_key {Copie la clave} other {Copie el vínculo de descarga}}",
  "keys.key": "*Clave de producto*",
  "keys.link": "*Vínculo de descarga*",
  "keys.download": "Iniciar la descarga",
  "keys.copy": "Copiar para el cliente",
  "keys.renew": "Renovar el vínculo",
  "keys.nothing":
    "El servicio ha respondido sin clave y sin vínculo. Pida a su operador que revise esta solicitud.",
  "keys.only_here":
    ":stopwatch: Se muestra solo aquí y durante un minuto. Para verlo otra vez, pídalo de nuevo: no cuesta nada.",
  "keys.hidden":
    ":lock: *Se ha ocultado después de un minuto.* Ni la clave ni el vínculo se guardan en Slack. Pídalos de nuevo para volver a verlos; cada vez queda registrada.",
  "keys.open": "Obtener claves",
  "keys.again": "Obtener claves otra vez",
  "portal.open": "Abrir el Centro de partners",
  "portal.name": "Centro de partners",
  "link.issued": "Emitido el {issued}",
  "link.life":
    "{ends, select, until {El vínculo funciona hasta el {until}{counted, select, yes { o durante {downloads, plural, one {# descarga} other {# descargas}}, lo que ocurra primero} other {}}.} first_download {El vínculo funciona {days, plural, one {# día} other {# días}} desde la primera descarga{counted, select, yes { o durante {downloads, plural, one {# descarga} other {# descargas}}, lo que ocurra primero} other {}}.} other {{counted, select, yes {El vínculo funciona durante {downloads, plural, one {# descarga} other {# descargas}}.} other {No se ha indicado cuánto tiempo funciona el vínculo.}}}} Después, renuévelo para tener uno nuevo, tantas veces como sea necesario.",
  "link.uses":
    "{exact, select, yes {{used}{counted, select, yes { de {downloads}} other {}} {used, plural, one {descarga usada} other {descargas usadas}}, según el último recuento del servicio.} other {{used, plural, =0 {Todavía no se ha iniciado ninguna descarga desde aquí; las demás no se pueden contar.} other {Al menos {used}{counted, select, yes { de {downloads}} other {}} descargas usadas; solo se pueden contar las iniciadas aquí.}}}}",

  "software.open": "Mostrar el software",
  "software.submit": "Buscar",
  "software.working": ":hourglass_flowing_sand: Leyendo lo que se ha comprado…",
  "software.search.label": "Buscar en el software de este cliente",
  "software.search.hint":
    "Por producto, número de pedido o tipo, por ejemplo perpetuo. Pulse Intro o Buscar.",
  "software.nothing":
    "*No se ha encontrado nada para «{query}».* Para volver a verlo todo, vacíe el campo de búsqueda y pulse Intro.",
  "software.range": "{from}–{to} de {count}",
  "software.line":
    "*{product}*\nPedido {order}\n{quantity, plural, =0 {} one {# licencia · } other {# licencias · }}{bought}\n{state, select, cancelled {Cancelado: clave no disponible} without {Sin claves ni descargas} other {Clave y descargas disponibles}}",
  "software.get": "Obtener clave y descargas",
  "software.previous": "Anterior",
  "software.next": "Siguiente",
  "software.all": "Todo el software de este cliente",

  "customer_text.title": "Copiar para el cliente",
  "customer_text.submit": "Ya lo he enviado",
  "customer_text.language.label": "Idioma del texto",
  "customer_text.language.en": "Inglés",
  "customer_text.language.es": "Español",
  "customer_text.before":
    "Hola:\n\nYa puede descargar su software: {product} (pedido {order}). Use este vínculo:",
  "customer_text.after":
    "{ends, select, until {Funciona hasta el {until} (UTC){counted, select, yes { o durante {downloads, plural, one {# descarga} other {# descargas}}, lo que ocurra primero} other {}}.} first_download {Funciona {days, plural, one {# día} other {# días}} desde la primera descarga{counted, select, yes { o durante {downloads, plural, one {# descarga} other {# descargas}}, lo que ocurra primero} other {}}.} other {{counted, select, yes {Funciona durante {downloads, plural, one {# descarga} other {# descargas}}.} other {Funciona durante un tiempo limitado.}}}} Si deja de funcionar, escríbanos y le enviaremos uno nuevo.\n\nUn saludo",
  "customer_text.sent":
    "Copie el texto y envíelo usted a su cliente. Después pulse *Ya lo he enviado*: anoto que el cliente tiene el vínculo y le aviso antes de que caduque.",
  "customer_text.handed":
    ":white_check_mark: *Anotado: el cliente tiene el vínculo.* Le avisaré en nuestros mensajes directos antes de que caduque.",

  "deposit.open": "Depositar lo obtenido",
  "deposit.why":
    "Deposite la clave y el vínculo en el almacén seguro, y los compañeros que puedan tenerlos los obtendrán desde aquí. No los pegue nunca en un mensaje.",
  "deposit.title": "Depositar clave",
  "deposit.submit": "Depositar",
  "deposit.submit.replace": "Reemplazar",
  "deposit.key.label": "Clave de producto",
  "deposit.key.hint": "Tal como la muestra el Centro de partners, sin espacios.",
  "deposit.key.invalid":
    "Una clave es una sola palabra de 10 a 100 letras, cifras y signos. Cópiela de nuevo, sin espacios.",
  "deposit.link.label": "Vínculo de descarga",
  "deposit.link.hint": "La dirección completa, con https:// al principio.",
  "deposit.link.invalid": "Copie el vínculo completo; empieza por https://.",
  "deposit.missing": "Indique la clave, el vínculo o ambos.",
  "deposit.vault":
    ":lock: Lo que escriba aquí se guarda cifrado en el almacén seguro, nunca en un mensaje. Queda registrado quién lo obtiene de allí.",
  "deposit.working": ":hourglass_flowing_sand: Guardándolo en el almacén seguro…",
  "deposit.done":
    ":white_check_mark: *Guardado en el almacén seguro.* Los compañeros que puedan tener esta clave la obtienen ahora de allí; cada vez queda registrada.",
  "deposit.warning.unusual_key":
    "Esta clave no tiene cinco grupos de cinco, como suelen tener las claves de producto. Si no está completa, deposítela de nuevo.",
  "deposit.warning.key_elsewhere":
    "La misma clave está también en el almacén para otro software. Si la ha pegado en el formulario equivocado, deposite la correcta.",
  "deposit.there":
    ":lock: *En el almacén seguro desde el {at}, de {by}{known, select, yes {: clave que termina en {key}} other {}}{link, select, yes {, con un vínculo de descarga} other {}}.* Para la versión, el idioma y el tipo de archivo de abajo se entrega desde allí.",
  "deposit.from": ":lock: Del almacén seguro, donde lo puso {by} el {at}.",
  "deposit.replace": "Reemplazar lo depositado",
  "deposit.replace.title": "¿Reemplazarlo?",
  "deposit.replace.text":
    "{by} depositó {known, select, yes {una clave que termina en {key}} other {un vínculo}} el {at}. Lo que usted deposite ocupará su lugar, y lo reemplazado no se puede recuperar.",
  "deposit.replace.confirm": "Reemplazar",
  "deposit.replaces":
    "*Esto reemplaza lo que {by} depositó el {at}{known, select, yes {: la clave que termina en {key}} other {}}.* Lo reemplazado se destruye.",

  "home.intro":
    "*Lo que puede hacer aquí.* Todo ocurre en ventanas que solo ve usted; los resultados llegan como mensajes directos.",
  "home.what":
    "*CSP Desk* es donde los agentes de su empresa compran software para sus clientes, entregan claves y descargas, cancelan compras mientras se puede y piden reembolsos a Microsoft.",
  "home.newcomer":
    "*Todavía no tiene ningún rol en el Centro de partners, o ninguno con su dirección de correo de aquí ({email}).* Pida a un administrador global de su empresa que le asigne uno; después vuelva a leer los roles más abajo.",
  "home.no_rights":
    "*Su rol ({roles}) todavía no le permite hacer nada aquí.* Para casi todo hace falta el rol Agente de administración. Pídalo a un administrador global de su empresa; después vuelva a leer los roles más abajo.",
  "home.granters": "Estas personas pueden asignárselo:",
  "home.granter": "• {name}",
  "home.closed": "Vuelva a abrir esta pestaña, o escriba `{command}`, cuando eso haya cambiado.",
  "home.more":
    "Y {uncounted, select, yes {al menos {more} más} other {{more} más}}{where, select, messages {: cada uno tiene su mensaje en la pestaña Mensajes} other {}}.",
  "home.approvals": ":hourglass_flowing_sand: *A la espera de su aprobación*",
  "home.approval":
    "*{product}*{others, plural, =0 {} one { y # producto más} other { y # productos más}} para {customer}: {total}\nLo pide {requester}{known, select, yes {; abierto hasta el {until}} other {}}",
  "home.approval.open": "Verla",
  "home.approval.title": "Aprobación pendiente",
  "home.windows": ":alarm_clock: *Todavía se pueden cancelar unos días*",
  "home.window": "*{product}* × {quantity} para {customer}, pedido {order}\nHasta el {deadline}",
  "home.links": ":link: *Vínculos de descarga que caducan*",
  "home.link":
    "*{product}* para {customer}, pedido {order}\n{state, select, dead {Caducó el {at}} dies {Caduca el {at}} other {Casi no le quedan descargas}}",
  "home.underway": ":clock3: *En curso*",
  "home.purchase":
    "*{product}*{others, plural, =0 {} one { y # producto más} other { y # productos más}} para {customer}\n{status, select, awaiting_approval {Compra: a la espera de aprobación} requested {Compra: a punto de pedirse} sending {Compra: se está pidiendo} unknown {Compra: el Centro de partners aún no ha contestado; lo estoy averiguando} changed {Compra: el precio ha cambiado y su mensaje le pregunta qué hacer} needs_person {Compra: le necesita; su mensaje dice para qué} other {Compra}}",
  "home.cancellation":
    "*{product}* para {customer}, pedido {order}\n{status, select, requested {Cancelación: a punto de enviarse} sending {Cancelación: se está enviando} unknown {Cancelación: el Centro de partners aún no ha contestado; lo estoy averiguando} accepted {Cancelación: aceptada; se verá en 15 minutos como mucho} overdue {Cancelación: aceptada, pero todavía no se ve} needs_person {Cancelación: le necesita; su mensaje dice para qué} other {Cancelación}}",
  "home.support": ":ticket: *Sus solicitudes de soporte abiertas*",
  "home.support_request": "*{title}* para {customer}\n{status}",
  "home.activity": "*Lo último que se ha hecho*",
  "home.welcome":
    ":wave: *Le damos la bienvenida a CSP Desk.* {flow, select, keys {Pruebe esto: mire qué se ha comprado para uno de sus clientes, aquí o con `{command}` en cualquier canal. Mirar no cambia nada.} activity {Pruebe esto: mire quién tuvo claves y descargas en los últimos siete días, aquí o con `{command}` en cualquier canal. Mirar no cambia nada, aunque queda registrado.} other {Pruebe esto: abra un formulario, aquí o con `{command}` en cualquier canal. No se envía nada hasta que usted lo confirme.}}",
  "home.welcome.try":
    "{flow, select, keys {Ver el software de un cliente} activity {Ver los últimos siete días} other {Abrir el formulario}}",
  "home.welcome.hide": "Entendido",
  "home.welcome.hide.spoken": "Entendido: ocultar la bienvenida",
  "home.settings": "*Configuración*",
  "home.roles":
    "{known, select, no {Todavía no se han podido leer sus roles en el Centro de partners.} other {{held, select, yes {Sus roles: *{roles}*.} other {No tiene ningún rol.}} Última lectura del Centro de partners: {minutes, plural, =0 {ahora mismo} one {hace # minuto} other {hace # minutos}} ({at}).}}",
  "home.roles.refresh": "Volver a leer los roles",
  "home.roles.title": "Sus roles",
  "home.roles.wait": "Se han leído hace un momento. Puede volver a leerlos a partir de las {at}.",
  "home.language": "Idioma: *{choice, select, en {inglés} es {español} other {el de Slack}}*.",
  "home.language.change": "Cambiar el idioma",
  "home.language.title": "Idioma",
  "home.language.label": "Idioma",
  "home.language.hint": "Para todo lo que le muestro y le escribo. Nadie más nota la diferencia.",
  "home.language.choice": "{choice, select, en {English} es {Español} other {El de Slack}}",
  "home.language.save": "Guardar",
  "home.language.saved":
    "*Guardado.* A partir de ahora le escribo en español. Su pestaña de inicio cambiará enseguida.",
  "home.drawn": "A fecha de {at}; se actualiza cuando algo cambia.",

  "paste.what":
    "Lo que acaba de escribir parece una clave de producto. Todas las personas de este canal pueden leerla.",
  "paste.do":
    "• Elimine ahora su mensaje: en su menú, *Eliminar mensaje*\n• Pida una clave nueva si otras personas han podido ver esta\n• Entregue las claves con `{command}`: se las muestra solo a usted y guarda en el almacén seguro lo que deposite",

  "cancel.title": "Cancelar una compra",
  "cancel.intro":
    "Elija el cliente o escriba un número de pedido. Antes de que ocurra nada verá hasta cuándo se puede cancelar cada pedido y qué se devuelve.",
  "cancel.customer_or_order.missing": "Elija un cliente de la lista o escriba un número de pedido.",
  "cancel.order.label": "Números de pedido",
  "cancel.order.hint":
    "Si los conoce: pegue uno o varios de los recibos y pulse Intro. Si no, déjelo vacío y elija abajo.",
  "cancel.order.unknown":
    "*{count, plural, one {No conozco este número de pedido} other {No conozco estos números de pedido}}: {orders}.* Compare cada letra con el recibo: cuentan las mayúsculas. Si el pedido no se hizo aquí, elija también su cliente y vuelva a pulsar Intro para que lo busque en el Centro de partners.",
  "cancel.order.unknown_here":
    "*{customer} no tiene ningún pedido con {count, plural, one {este número} other {estos números}}: {orders}.* Compare cada letra con el recibo: cuentan las mayúsculas. También puede elegir abajo el producto y buscar el pedido en la lista.",
  "cancel.order.elsewhere":
    "*{count, plural, one {Este pedido no es} other {Estos pedidos no son}} de {customer}, sino de otro cliente: {orders}.* Cada formulario cancela para un solo cliente: termine este y empiece otro con lo que queda en el campo.",
  "cancel.product.label": "Producto que desea cancelar",
  "cancel.product.all": "Todos los productos",
  "cancel.product.cut":
    "Se muestran {shown} de {total} productos. Para cualquier otro, pegue el número de pedido arriba.",
  "cancel.lines.label": "Pedidos que desea cancelar",
  "cancel.lines.hint":
    "Hasta {most} a la vez. Cada uno es una cancelación independiente: si una falla, las demás siguen.",
  "cancel.lines.missing": "Elija al menos un pedido. Si la lista aún no ha aparecido, espere un momento.",
  "cancel.lines.cut":
    "Se muestran los {shown} más recientes de {total}. Escriba en la lista parte de un número de pedido para buscar en todos, o pegue el número arriba.",
  "cancel.too_many":
    "*Son más de {most} a la vez.* Quite algunos, continúe y cancele el resto con otro formulario: lo elegido aquí sigue elegido.",
  "cancel.choice.whole": "El pedido completo: {lines} líneas",
  "cancel.choice.line": "{order} · línea {number}: {product}",
  "cancel.line.state":
    "{state, select, open {{days, plural, =0 {Queda menos de un día} one {Queda # día} other {Quedan # días}}, hasta {deadline}} passed {Plazo vencido} needs_support {Requiere solicitud de soporte} never {No se puede cancelar} already_cancelled {Cancelado} already_requested {Cancelación en curso} other {Comprado el {bought}}}{quantity, plural, =0 {} one { · # licencia} other { · # licencias}}",
  "cancel.none": "Ya no hay ningún pedido de este producto. Elija otro producto.",
  "cancel.list.open":
    "*{count, plural, one {Se puede cancelar # elemento} other {Se pueden cancelar # elementos}}*, cada uno por separado:",
  "cancel.list.kept":
    "*{count, plural, one {# elemento queda como está} other {# elementos quedan como están}}* y no se {count, plural, one {enviará} other {enviarán}}:",
  "cancel.item.open":
    "*{product}* · {order} · {quantity, plural, one {# licencia} other {# licencias}}\n{days, plural, =0 {queda menos de un día} one {queda # día} other {quedan # días}}, hasta el {deadline} · {known, select, yes {se devuelven {credit}} other {importe desconocido}} ({refund, select, full {100 %} other {prorrateado}})",
  "cancel.item.kept": "*{product}*, pedido {order}",
  "cancel.open":
    "*{days, plural, =0 {Queda menos de un día} one {Queda # día} other {Quedan # días}} para cancelar este pedido*: hasta el {deadline}. No se cobra cuota de finalización temprana.",
  "cancel.passed":
    "*El plazo de cancelación ha vencido*: terminó el {deadline}. Este pedido ya no se puede cancelar; una excepción se pide con una solicitud de soporte técnico.",
  "cancel.needs_support":
    "*Se necesita más información.* {kind, select, esu {Las actualizaciones de seguridad extendidas de Windows 7} other {Las reservas de Azure}} solo se cancelan mediante una solicitud de soporte técnico. Puedo abrir el formulario con lo que ya se sabe.",
  "cancel.never": "*Los planes de SUSE y Red Hat no se pueden cancelar ni intercambiar.* {more}",
  "cancel.never.link": "Más información sobre estos planes",
  "cancel.already": "Este pedido ya está cancelado. Sigue en la lista, pero su clave ya no está disponible.",
  "cancel.already_requested":
    "{by} ya ha pedido la cancelación de este pedido. No hay que hacer nada más: el resultado lo recibirá esa persona.",
  "cancel.keys":
    "*Se revocarán las claves y los vínculos de descarga de {count, plural, one {esta compra} other {estas compras}}.* Usted y su cliente deben dejar de usar el software.",
  "cancel.credit":
    "{known, select, yes {Crédito previsto: *{credit}*, con la próxima factura mensual, la de {month}} other {El crédito llegará con la próxima factura mensual, la de {month}; no se conoce el importe}} ({refund, select, full {100 %, software perpetuo} other {prorrateado por el tiempo no usado}}).",
  "cancel.total": "Crédito previsto en total: *{total}*, con la próxima factura mensual, la de {month}.",
  "cancel.total.unknown":
    "{count, plural, one {De # elemento no se conoce el importe; su crédito llegará} other {De # elementos no se conoce el importe; su crédito llegará}} también con la factura de {month}.",
  "cancel.confirm": "¿Cancelar *{product}* de *{customer}*?",
  "cancel.confirm.many": "¿Cancelar {count} elementos de *{customer}*?",
  "cancel.confirm.submit": "Cancelar el pedido",
  "cancel.confirm.submit_all": "Cancelarlos todos",
  "cancel.working": ":hourglass_flowing_sand: Revisando los pedidos…",
  "cancel.requesting": ":hourglass_flowing_sand: Enviando la solicitud…",
  "cancel.requested":
    ":white_check_mark: *{count, plural, one {Cancelación solicitada.} other {# cancelaciones solicitadas.}}* {count, plural, one {La sigo y le aviso} other {Las sigo una a una y le aviso}} en nuestros mensajes directos. Una vez que el Centro de partners acepta una cancelación, puede tardar hasta 15 minutos en aparecer allí.",
  "cancel.requested.left":
    "*{count, plural, one {# elemento no se ha solicitado} other {# elementos no se han solicitado}}:* otra persona se adelantó o venció el plazo. El informe dice cuáles y por qué.",
  "cancel.another": "Cancelar otra cosa",
  "cancel.take_back": "Retirarla",
  "cancel.take_back.title": "Retirar cancelaciones",
  "cancel.take_back.label": "Aún no enviadas",
  "cancel.take_back.hint":
    "Lo que siga elegido aquí no se enviará y queda como estaba. Quite lo que sí deba cancelarse.",
  "cancel.take_back.submit": "Retirar",
  "cancel.take_back.working": ":hourglass_flowing_sand: Retirando…",
  "cancel.taken_back":
    ":white_check_mark: *Retirado.* {count, plural, one {Este pedido no se ha enviado y queda como estaba} other {Estos pedidos no se han enviado y quedan como estaban}}: {orders}.",
  "cancel.taken_back.gone":
    "*{count, plural, one {Esta cancelación ya ha salido} other {Estas cancelaciones ya han salido}}* y no se {count, plural, one {puede} other {pueden}} retirar: {orders}. El mensaje muestra su estado; vuelva a comprar con `/csp-buy` lo que aún necesite.",
  "cancel.open_form": "Cancelar",

  "after.title": "Tras la cancelación",
  "after.save": "Guardar",
  "after.saved": ":white_check_mark: *Guardado.* El mensaje de la cancelación muestra lo que queda.",
  "after.intro":
    "Las claves y los vínculos de {count, plural, one {esta compra} other {estas # compras}} de *{customer}* dejan de funcionar. Marque lo que ya está hecho; puede volver cuando quiera.",
  "after.side": "{side, select, partner {Por nuestra parte} other {En el cliente, según le ha dicho}}",
  "after.duty.stop_using":
    "{side, select, partner {Ya no usamos el software} other {El cliente ya no usa el software}}",
  "after.duty.uninstall":
    "{side, select, partner {Está desinstalado donde lo teníamos} other {Está desinstalado en todos sus dispositivos}}",
  "after.duty.delete_copies":
    "{side, select, partner {Nuestras copias de claves y medios están eliminadas} other {Sus copias de claves y medios están eliminadas}}",
  "after.customer_text.title": "*Texto para el cliente*, en {language, select, es {español} other {inglés}}",
  "after.customer_text.hint": "Cópielo en su correo. Yo no envío nada a los clientes.",
  "after.customer_text.opening": "Hola, {customer}:\n\nHemos cancelado el siguiente software a su nombre:\n",
  "after.customer_text.item":
    "- {product}, {quantity, plural, one {# licencia} other {# licencias}}, pedido {order}",
  "after.customer_text.closing":
    "\nLas claves de producto y los vínculos de descarga ya no son válidos. Deje de usar el software, desinstálelo en todos los dispositivos y elimine todas las copias de las claves, los archivos de instalación y los medios. Responda a este mensaje cuando lo haya hecho.\n\nGracias",
  "after.language": "{language, select, es {En español} other {En inglés}}",

  "digest.title":
    ":alarm_clock: *{count, plural, =0 {Todo decidido: ninguna compra le espera} one {# compra solo se puede cancelar durante poco tiempo} other {# compras solo se pueden cancelar durante poco tiempo}}*",
  "digest.item":
    "*{product}* para *{customer}*, {quantity, plural, one {# licencia} other {# licencias}}, pedido {order}\nSe puede cancelar hasta *{deadline}*{known, select, yes {; crédito ahora: {credit}} other {}}",
  "digest.keep": "Conservarla",
  "digest.cancel": "Cancelarla",
  "digest.snooze": "Recordármelo el último día",
  "digest.hand_over": "Traspasar",
  "digest.hand_over.intro":
    "¿Quién decide a partir de ahora sobre *{product}* para *{customer}*? Lo recibirá en su próximo mensaje de la mañana.",
  "digest.colleague.label": "Compañero o compañera",
  "digest.colleague.hint": "Alguien que pueda cancelar compras: un agente de administración.",
  "digest.colleague.invalid":
    "Esta persona no puede cancelar compras. Elija un agente de administración de su empresa que sea miembro de este espacio de trabajo.",
  "digest.handed_over": ":white_check_mark: {to} se ha hecho cargo.",
  "digest.decided":
    "{state, select, keep {:white_check_mark: {by} la conserva.} cancel {{by} ha pedido que se cancele.} snoozed {:zzz: {by} recibirá un recordatorio el último día.} handed_over {{by} se ha hecho cargo.} other {Su plazo ha terminado.}}",
  "digest.footer":
    "Recibe este mensaje por la mañana mientras algo espere una decisión. Lo que nadie decide se conserva y se paga.",

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
  "support.amount.hint": "Un número y su moneda, por ejemplo 1.250,00 EUR.",
  "support.contact_name.label": "Nombre de contacto",
  "support.contact_email.label": "Correo electrónico de contacto",
  "support.contact_phone.label": "Teléfono de contacto",
  "support.invalid.impact": "Elija el impacto.",
  "support.invalid.title": "Escriba un título de 255 caracteres como máximo.",
  "support.invalid.orderOrSubscriptionId":
    "Escriba un único id. de pedido o de suscripción: letras, cifras, - y _, sin espacios.",
  "support.invalid.reason": "Escriba el motivo, en 2000 caracteres como máximo.",
  "support.invalid.amountRequested":
    "Escriba un número y las tres letras de su moneda, por ejemplo 1.250,00 EUR.",
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
  "support.tenant": "Inquilino, para la descripción: {tenant}",
  "support.tenant.none": "El GUID del inquilino y el dominio para la descripción salen del cliente.",
  "support.subject.known": "Reembolso del pedido {order}",
  "support.order.hint": "Compruebo si es del cliente.",
  "support.reason.window_passed":
    "El plazo de cancelación ha vencido. Les pedimos una excepción y el reembolso.",
  "support.reason.esu":
    "Las actualizaciones de seguridad extendidas de Windows 7 solo las puede cancelar el soporte técnico de Microsoft. Les pedimos que cancelen y reembolsen este pedido.",
  "support.reason.reservation":
    "Una reserva de Azure solo la puede cancelar el soporte técnico de Microsoft. Les pedimos que cancelen y reembolsen este pedido.",
  "support.reason.refused": "La cancelación se rechazó. Les pedimos que cancelen y reembolsen este pedido.",
  "support.reason.overdue":
    "La cancelación se aceptó, pero el pedido sigue sin aparecer como cancelado. Les pedimos que la completen y reembolsen este pedido.",
  "support.reason.needs_person":
    "La cancelación se envió, pero no se pudo averiguar su resultado. Les pedimos que la completen y reembolsen este pedido.",
  "support.reason.credit":
    "El pedido está cancelado, pero el crédito no ha llegado con las facturas como debía. Les pedimos lo que falta.",
  "support.files.label": "Archivos",
  "support.files.hint": "Como máximo {most}, de hasta 10 MB cada uno: {types}.",
  "support.invalid.files": "Como máximo {most} archivos. Quite alguno.",
  "support.invalid.file_type": "No acepto el tipo de archivo de {name}. Envíelo como imagen, PDF o texto.",
  "support.invalid.file_size": "{name} ocupa más de 10 MB. Redúzcalo o no lo incluya.",
  "support.invalid.note": "Escriba una nota de 2000 caracteres como máximo.",
  "support.filed.correct": "Corregir el número",
  "support.ticket.correct_hint":
    "El número correcto. Si es este, diga lo que diga su título, guárdelo otra vez tal cual.",
  "support.ticket.open": "Abrir la incidencia",
  "support.note.open": "Añadir una nota",
  "support.note.title": "Nota para Microsoft",
  "support.note.submit": "Enviar",
  "support.note.label": "Nota",
  "support.note.hint": "El soporte técnico de Microsoft la lee en la incidencia.",
  "support.note.done":
    ":white_check_mark: *Anotado.* La nota se envía ahora; si no la aceptan, lo dirá el mensaje de la solicitud.",
  "support.close.open": "Cerrar la incidencia",
  "support.close.title": "Cerrar la incidencia",
  "support.close.submit": "Cerrarla",
  "support.close.confirm":
    "¿Cerrar la incidencia *{ticket}*, «{title}»? Microsoft deja de ocuparse de ella y desde aquí no se puede volver a abrir.",
  "support.close.done":
    ":white_check_mark: *Pedido.* El mensaje de la solicitud dirá cuándo está cerrada la incidencia.",
  "support.files.open": "Obtener los archivos",
  "support.files.title": "Archivos",
  "support.files.none": "Ya no se conserva ningún archivo de esta solicitud.",
  "support.files.there": "Estos siguen en Slack. Ábralos, descárguelos y añádalos en el Centro de partners:",
  "support.files.sent":
    "Eliminados en Slack; le he enviado las copias conservadas en nuestros mensajes directos: {names}",
  "support.files.lost": ":warning: Ni están en Slack ni se conservan: {names}",
  "support.files_added.open": "Archivos añadidos",
  "support.files.destroyed":
    ":white_check_mark: *Anotado.* Las copias conservadas se han destruido; los archivos de Slack son suyos y se quedan.",
  "support.file.name": "{file}",
  "support.file.wanted": "{file}: se está obteniendo",
  "support.file.too_large":
    "{file}: *no conservado*, ocupa más de 10 MB. Añádalo usted en el Centro de partners.",
  "support.file.wrong_type":
    "{file}: *no conservado*, su contenido no es lo que dice su nombre o es de un tipo que no acepto. Revíselo y añádalo usted en el Centro de partners.",
  "support.file.elsewhere":
    "{file}: *no conservado*, no está en Slack. Añádalo usted en el Centro de partners.",
  "support.file.gone":
    "{file}: *no conservado*, se eliminó en Slack. Añádalo usted en el Centro de partners.",
  "support.file.unreadable":
    "{file}: *no conservado*, Slack no me ha dejado leerlo. Añádalo usted en el Centro de partners y avise a su operador.",
  "support.fact.order":
    "*Pedido o suscripción*\n{order}{known, select, yes { :white_check_mark: del cliente} no { (no se encuentra en el cliente)} other {}}",
  "support.fact.amount": "*Importe solicitado*\n{amount}",
  "support.status.requested": "Se está presentando",
  "support.status.sending": "Se está presentando",
  "support.status.unknown": "Aún sin respuesta conocida",
  "support.status.to_file": "Le toca a usted: preséntela",
  "support.status.filed": "En Microsoft",
  "support.status.attention_needed": "Microsoft espera su respuesta",
  "support.status.closed": "Cerrada",
  "support.status.refused": "No presentada",
  "support.status.needs_person": "Alguien tiene que revisarla",
  "support.list.title": "Solicitudes abiertas",
  "support.list.open": "Ver las solicitudes abiertas",
  "support.list.none": "No tiene ninguna solicitud de soporte técnico abierta. Abra una con `/csp-support`.",
  "support.list.item":
    "*{title}* · {customer}\n{status} · {known, select, yes {incidencia {number}} other {aún sin incidencia, {number}}} · abierta el {opened}",
  "support.list.newer": "Más recientes",
  "support.list.older": "Más antiguas",
  "support.list.back": "Volver a la lista",
  "support.show.open": "Ver",
  "support.did_you_mean": "No conozco la palabra «{typed}». ¿Quería decir `/csp-support {word}`?",
  "support.unknown_word":
    "No conozco la palabra «{typed}». `/csp-support` abre el formulario; `/csp-support lista`, sus solicitudes abiertas.",

  "help.intro": "*Lo que puede hacer aquí*",
  "help.buy":
    "*Comprar software* · `{command}`\nElija un cliente y un producto, vea el precio y realice el pedido.",
  "help.keys":
    "*Claves y descargas* · `{command}`\nVea todo lo comprado para un cliente y obtenga sus claves de producto y vínculos de descarga.",
  "help.cancel":
    "*Cancelar una compra* · `{command}`\nVea hasta cuándo se puede cancelar un pedido y cancélelo.",
  "help.support":
    "*Solicitud de soporte* · `{command}`\nPida un reembolso a Microsoft cuando no sea posible cancelar.",
  "help.buy.button": "Comprar",
  "help.keys.button": "Obtener claves",
  "help.cancel.button": "Cancelar una compra",
  "help.support.button": "Abrir una solicitud",
  "help.contact": "¿Necesita ayuda? Pregunte aquí: {contact}",
  "help.needs_role": "Para esto necesita el rol {roles}.",
  "help.roles":
    "Los roles vienen del {portal}: allí los asigna un administrador global de su empresa. También puede escribir `/csp comprar`, `/csp claves`, `/csp cancelar`, `/csp soporte`, `/csp actividad` y, tras cualquier comando, `ayuda`.",
  "usage.buy":
    "• `{command}` abre el formulario.\n• `{command} contoso` lo abre para el cliente cuyo nombre o dominio empieza así. También vale el GUID completo del inquilino.",
  "usage.keys":
    "• `{command}` abre la lista de software.\n• `{command} contoso` la abre para el cliente cuyo nombre o dominio empieza así. También vale el GUID completo del inquilino.",
  "usage.cancel":
    "• `{command}` abre el formulario.\n• `{command} 0a3624c6e47d` busca ese pedido y lo deja elegido. Puede escribir varios números de pedido, separados por espacios o comas.",
  "usage.support": "• `{command}` abre el formulario.\n• `{command} lista` muestra sus solicitudes abiertas.",
  "usage.activity":
    "• `{command}` pregunta de qué días y, si quiere, de quién o de qué. Detrás del comando no va nada más.",
  "usage.more": "`{command}` muestra todo lo que puede hacer aquí.",
  "usage.did_you_mean": "Aquí «{typed}» no significa nada para mí. ¿Quería decir `{command} {word}`?",
  "usage.unknown": "Aquí «{typed}» no significa nada para mí. Así se usa `{command}`:",

  "approve.new_price.title": "¿Comprar al precio nuevo?",
  "approve.new_price.text":
    "El pedido para {customer} se realiza en el Centro de partners por *{total}*, una vez que ya nadie tenga que aprobarlo.",
  "approve.new_price.confirm": "Comprar",
  "approve.approve.title": "¿Aprobar esta compra?",
  "approve.approve.text":
    "El pedido para {customer} se realiza en el Centro de partners por *{total}* en cuanto lo apruebe.",
  "support.files_added.title": "¿Destruir las copias?",
  "support.files_added.text":
    "Dígalo solo cuando los archivos ya estén en la incidencia de Microsoft. Mis copias cifradas se destruyen al momento y no se pueden recuperar; los archivos de Slack se quedan.",
  "support.files_added.confirm": "Ya están añadidos",
  spoken: "{label}: {number}; {about}",

  "shortcut.nothing":
    "En ese mensaje no he encontrado ni un número de pedido ni el nombre, el dominio o el GUID del inquilino de un cliente. {act, select, cancel {Elija aquí el cliente o escriba el número de pedido.} other {Indique de quién es el pedido.}}",
  "shortcut.first_of":
    "Ese mensaje nombra {count} números de pedido. Esta solicitud trata de {order}; abra otra para cada uno de los demás.",

  "welcome.title": ":wave: *CSP Desk está instalado.* Gracias por ponerlo en marcha.",
  "welcome.try":
    "*Pruebe esto*\n1. Abra mi pestaña Inicio: muestra su rol y lo que puede hacer con él.\n2. Escriba `{command}` en cualquier canal. Lo que aparezca solo lo verá usted.\n3. Elija «Claves y descargas» y un cliente. Mirar no cambia nada.",
  "welcome.others":
    "Sus compañeros me encuentran con `/csp` o en Aplicaciones; mi pestaña Inicio saluda a cada uno una sola vez. No escribo a nadie que no me haya pedido algo. Quién puede hacer qué depende de sus roles en el Centro de partners.",
  "welcome.home": "Abrir Inicio",
  "welcome.help": "Ver lo que puede hacer",

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
  "error.order_unknown":
    "No encuentro ningún pedido ni suscripción {orderId} de este cliente. Compruebe el número. Si es correcto, envíe el formulario otra vez: saldrá tal cual.",
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
    "{now, select, lapsed {*No se ha comprado nada.* Este precio había que confirmarlo en una hora, y la hora ha pasado. Consulte el precio otra vez con `/csp-buy`.} withdrawn {*No se ha comprado nada.* Usted retiró esta compra. Si la quiere de todos modos, empiece de nuevo con `/csp-buy`.} declined {*No se ha comprado nada.* Se rechazó la aprobación; el motivo está en el mensaje de esta compra. Cambie lo que indica y empiece de nuevo con `/csp-buy`.} expired {*No se ha comprado nada.* Nadie aprobó esta compra a tiempo. Empiece de nuevo con `/csp-buy`, que volverá a pedir la aprobación.} quoted {*No se ha comprado nada.* El Centro de partners todavía no ha dado el precio de esta compra. Consulte el precio otra vez.} changed {*Todavía no se ha comprado nada.* El precio ha vuelto a cambiar. Consulte el mensaje de esta compra y responda allí.} other {Esta solicitud ha cambiado desde que abrió esto, así que no se ha hecho nada. Su mensaje en nuestra conversación dice cómo está; para empezar de nuevo, use `/csp`.}}",
  "error.already_retried":
    "*No se ha comprado nada.* {by} ya ha vuelto a intentarlo. El mensaje de esa compra dice qué ha sido de ello.",
  "error.quote_changed":
    "*No se ha comprado nada.* Desde entonces se volvió a consultar el precio y ahora es otro. Cierre esta ventana y consulte el precio con `/csp-buy`.",
  "error.no_approver":
    "*Pedido no realizado: nadie puede aprobarlo.* Esta compra necesita la aprobación de una segunda persona, y ninguna de las que nombra la directiva de aprobación puede comprar en este momento, aparte de usted. Pida a su operador que nombre a otra persona y realice el pedido otra vez.",
  "error.approval_not_yours":
    "Esta compra no se le pregunta a usted, o ya no: responde otra persona. No se ha hecho nada; su mensaje muestra cómo está.",
  "error.approval_of_own":
    "Usted mismo pidió esta compra, así que tiene que aprobarla otra persona. No se ha hecho nada.",
  "error.approval_over":
    "{now, select, requested {Ya la aprobó {by}; el pedido se está realizando.} sending {Ya la aprobó {by}; el pedido se está realizando.} unknown {Ya la aprobó {by}; el pedido se está realizando.} ordered {Ya se aprobó y se pidió.} partly_ordered {Ya se aprobó y se pidió en parte.} declined {Ya la rechazó {by}.} expired {El plazo para responder ha terminado, así que no se ha comprado nada.} withdrawn {Se retiró, así que ya no hay nada que aprobar.} changed {Su precio ha cambiado desde entonces, así que esta aprobación no cuenta; primero se pregunta a quien la pidió.} awaiting_approval {Su contenido ha cambiado desde entonces. Consulte otra vez el mensaje y responda allí.} other {Esta pregunta ya ha terminado.}} Su respuesta no ha cambiado nada.",
  "error.approver_not_entitled":
    "Esta persona no puede aprobar esta compra: tiene que ser agente de administración o administrador global, y no puede ser usted ni quien la pidió. Elija a otra persona.",
  "error.approver_asked_already":
    "Esta persona ya tiene la pregunta. Elija a otra persona o deje que responda.",
  "error.window_passed":
    "El plazo de cancelación de este pedido terminó el {deadline}. Ya no se puede cancelar; si necesita una excepción, abra una solicitud de soporte técnico con `/csp-support`.",
  "error.cancel_by_support_only":
    "Esta compra solo se cancela mediante una solicitud de soporte técnico. Ábrala con `/csp-support`.",
  "error.never_cancellable":
    "Los planes de SUSE y Red Hat no se pueden cancelar ni intercambiar. No se ha hecho nada.",
  "error.key_revoked":
    "*Clave no disponible.* Esta compra se canceló: sus claves y vínculos están revocados y el elemento solo sigue en la lista. Elija otro software.",
  "error.reveal_limit":
    "*Ya ha agotado {limit, plural, one {la única consulta} other {las # consultas}} de esta hora.* Se le podrán mostrar claves y vínculos de nuevo a partir de {retryAt}. No se ha obtenido nada; si urge, pídaselo a un compañero.",
  "error.link_dead":
    "*Este vínculo ya no funciona.* Elija *Renovar* para obtener otro: dura lo mismo que el primero y se puede renovar tantas veces como haga falta.",
  "error.vault_unavailable":
    "*El almacén no puede abrir este secreto.* No se ha mostrado nada. Avise a su administrador e indique la referencia {reference}; mientras tanto, obténgalo en el Centro de partners y deposítelo de nuevo.",
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

  "message.cut":
    "Aquí no cabe todo en un solo mensaje. El resto está en la página de software del cliente: `/csp-keys`.",
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
    "Total: *{total}*{period, select, month { por cada mes} year { por cada año} first { con las primeras facturas} other {}}, impuestos incluidos",
  "purchase.total_without_tax":
    "Total: *{total}*{period, select, month { por cada mes} year { por cada año} first { con las primeras facturas} other {}}, sin impuestos",
  "purchase.quoted": "El precio se conoce y espera su confirmación.",
  "purchase.lapsed":
    "El precio no se confirmó a tiempo, así que no se ha comprado nada. Empiece de nuevo con `/csp-buy`.",
  "purchase.requested": ":hourglass_flowing_sand: Pedido solicitado. Se realizará enseguida.",
  "purchase.sending": ":hourglass_flowing_sand: El pedido se está realizando en el Centro de partners.",
  "purchase.unknown":
    ":hourglass_flowing_sand: *Todavía no se conoce la respuesta.* El pedido se envió, pero la respuesta del Centro de partners no llegó. Estoy comprobando si se realizó; nunca se realiza dos veces. No vuelva a pedirlo mientras tanto.",
  "purchase.ordered": ":white_check_mark: *Pedido realizado.*",
  "purchase.partly_ordered":
    ":warning: *Pedido realizado en parte.* Lo que se ha pedido sigue en pie; abajo está lo que se ha rechazado, con su motivo.",
  "purchase.refused":
    ":x: *Pedido no realizado: el Centro de partners lo ha rechazado.* No se ha comprado nada. Haga lo que dice el motivo de abajo e inténtelo otra vez.",
  "purchase.needs_person":
    ":warning: *Tiene que revisarlo una persona.* No he podido realizar este pedido, o no he podido saber si se realizó. Consulte el historial de pedidos del cliente en el Centro de partners antes de volver a pedirlo, y dé a su operador los identificadores de abajo.",
  "purchase.order_error": "Rechazado: {description} (código {code})",

  "purchase.awaiting_approval":
    ":hourglass_flowing_sand: *Espera una aprobación.* Tiene que estar de acuerdo una segunda persona; antes no se pide nada.",
  "purchase.declined":
    ":x: *Pedido no realizado: se rechazó la aprobación.* No se ha comprado nada. Cambie lo que indica el motivo y empiece de nuevo con `/csp-buy`.",
  "purchase.expired":
    ":x: *Pedido no realizado: nadie lo aprobó a tiempo.* No se ha comprado nada. Empiece de nuevo con `/csp-buy`, que volverá a pedir la aprobación.",
  "purchase.withdrawn":
    "*Retirada.* No se ha comprado nada. Para comprar de todos modos, empiece de nuevo con `/csp-buy`.",
  "purchase.changed":
    ":warning: *Pedido no realizado: ya no es lo que usted confirmó.* No se ha comprado nada. Abajo está lo que cuesta ahora; usted decide.",

  "approve.waits":
    "Esta compra necesita la aprobación de una segunda persona. Cuenta la primera respuesta, y el plazo para darla termina el {until}.",
  "approve.asked": "Preguntado a: {by}",
  "approve.asked_more": "y a {count, plural, one {# persona más} other {# personas más}}",
  "approve.withdraw.title": "¿No pedir nada?",
  "approve.withdraw.text":
    "La compra para {customer} termina aquí y no se pide nada. Para comprarlo más tarde tendrá que empezar de nuevo.",
  "approve.withdraw": "Retirarla",
  "approve.changed":
    "{why, select, expired {*Su carro ha expirado en el Centro de partners*, así que se ha vuelto a consultar el precio.} other {*El precio del Centro de partners ha cambiado* desde que lo confirmó.}}",
  "approve.changed.line":
    "{quantity} × {product}\nConfirmado: {before} · ahora: *{now}*{change, select, more { ({difference} más)} less { ({difference} menos)} same { (igual)} other {}}",
  "approve.changed.total":
    "*Total* confirmado: {before} · ahora: *{now}*{period, select, month { por cada mes} year { por cada año} first { con las primeras facturas} other {}}{change, select, more { ({difference} más)} less { ({difference} menos)} same { (igual)} other {}}",
  "approve.changed.until": "Si no hay respuesta antes del {until}, no se compra nada.",
  "approve.void":
    "La aprobación de {by} era para el precio anterior y ya no cuenta. Si este necesita una aprobación, se pedirá de nuevo.",
  "approve.new_price": "Comprar a este precio",
  "approve.leave": "Dejarlo",
  "approve.title": "*Compra para {customer}: su aprobación*",
  "approve.status.asked":
    ":memo: *{requester} le pide que apruebe esta compra.* Se pide exactamente lo que pone aquí, y cuenta la primera respuesta. El plazo para darla termina el {until}.",
  "approve.status.passed_on": "Se ha preguntado a otra persona en su lugar. Usted no tiene que hacer nada.",
  "approve.status.approved": ":white_check_mark: *Aprobada.* El pedido se está realizando.",
  "approve.status.unneeded":
    "El nuevo precio no necesita aprobación. El pedido de {requester} se está realizando.",
  "approve.status.ordered": ":white_check_mark: *Pedido realizado.*",
  "approve.status.partly_ordered":
    ":warning: *Pedido realizado en parte.* {requester} ve lo que se ha pedido y lo que se ha rechazado.",
  "approve.status.refused":
    ":x: *Pedido no realizado: el Centro de partners lo ha rechazado.* {requester} sabe por qué.",
  "approve.status.needs_person":
    ":warning: *Tiene que revisarlo una persona*: no se sabe si se ha pedido. Se ha avisado a {requester}.",
  "approve.status.changed":
    ":warning: *El precio ha cambiado, así que no se ha pedido nada y la aprobación ya no cuenta.* Primero se pregunta a {requester}; si el nuevo precio necesita una aprobación, se le preguntará aquí otra vez.",
  "approve.status.declined": ":x: *Rechazada.* No se ha comprado nada, y {requester} lee el motivo.",
  "approve.status.expired":
    ":x: *Nadie respondió a tiempo* ({until}). No se ha comprado nada, y {requester} lo sabe.",
  "approve.status.withdrawn": "*{requester} ha retirado esta compra.* Ya no hay nada que aprobar.",
  "approve.status.lapsed": "*{requester} no aceptó el nuevo precio a tiempo.* No se ha comprado nada.",
  "approve.requested_by": "*La pide*\n{requester}",
  "approve.tenant": "*Inquilino del cliente*\n{tenant}",
  "approve.line": "*{product}*\n{term}\n{quantity} × {price} = *{together}*",
  "approve.decided": "{what, select, approved {Aprobada} other {Rechazada}} por {by}, {at}",
  "approve.reason": "*Motivo:* {reason}",
  "approve.approve": "Aprobar",
  "approve.refuse": "Rechazar",
  "approve.hand_over": "Traspasar",
  "approve.refuse.title": "Rechazar una compra",
  "approve.refuse.intro": "La compra para *{customer}* no se pide. Quien la pidió lee su motivo.",
  "approve.reason.label": "Motivo",
  "approve.reason.hint": "Unas palabras: ¿qué tendría que ser distinto?",
  "approve.reason.invalid":
    "Diga por qué en unas palabras, al menos dos, por ejemplo: edición equivocada, hace falta Standard.",
  "approve.hand_over.intro":
    "Otra persona responde sobre la compra para *{customer}* en su lugar. El plazo sigue siendo el mismo.",
  "approve.person.label": "Quién responde en su lugar",
  "approve.person.hint": "Un agente de administración o un administrador global que no la haya pedido.",
  "approve.person.missing": "Elija a una persona.",
  "approve.done.title": "Compra",
  "approve.done.approved":
    ":white_check_mark: *Aprobada.* El pedido se está realizando; el mensaje muestra qué pasa con él.",
  "approve.done.declined": "*Rechazada.* No se compra nada, y quien la pidió lee su motivo.",
  "approve.done.handed_over":
    "*Traspasada.* La persona que ha elegido tiene ahora la pregunta en un mensaje.",
  "approve.done.withdrawn": "*No se compra nada.* El mensaje de esta compra también lo dice.",
  "approve.done.new_price":
    ":hourglass_flowing_sand: *Pedido solicitado al nuevo precio.* Su mensaje muestra qué pasa con él.",

  "cancellation.title": "*Cancelación de {product} de {customer}*",
  "cancellation.requested":
    ":hourglass_flowing_sand: {leaving, select, yes {*Cancelación solicitada. Sale el {leaves}*: hasta entonces puede retirarla.} other {Cancelación solicitada. Se enviará enseguida.}}",
  "cancellation.sending": ":hourglass_flowing_sand: La cancelación se ha enviado al Centro de partners.",
  "cancellation.unknown":
    ":hourglass_flowing_sand: *Todavía no se conoce la respuesta.* La cancelación se envió, pero la respuesta del Centro de partners no llegó. Lo estoy comprobando y le avisaré.",
  "cancellation.accepted":
    ":white_check_mark: *El Centro de partners aceptó la cancelación* el {accepted}. Puede tardar hasta el {until} en aparecer allí, 15 minutos en total{minutes, plural, =0 {} one {; en la última consulta ({asOf}) había pasado # minuto} other {; en la última consulta ({asOf}) habían pasado # minutos}}.{looks, select, yes { Vuelvo a mirar el {next}.} other {}}",
  "cancellation.overdue":
    ":warning: *Aceptada el {accepted}, pero sigue sin aparecer:* en la última consulta ({asOf}), después de {minutes, plural, one {# minuto} other {# minutos}}, aún no aparecía; debería haberlo hecho antes del {until}.{looks, select, yes { Vuelvo a mirar el {next}.} other {}} La solicitud de soporte ya está rellenada: ábrala y envíela.",
  "cancellation.visible":
    ":white_check_mark: *Cancelado.* Aparece en el Centro de partners desde el {visible}.",
  "cancellation.refused":
    ":x: *No cancelado: el Centro de partners lo ha rechazado.* El pedido sigue como estaba.",
  "cancellation.taken_back": "*Retirada* antes de salir. No se envió nada; el pedido sigue como estaba.",
  "cancellation.refusal.window_passed":
    "*El plazo de cancelación ha vencido* ({deadline}). Para pedir una excepción, abra la solicitud de soporte: ya está rellenada.",
  "cancellation.refusal.not_cancellable":
    "El Centro de partners no permite cancelar este pedido desde aquí. Abra la solicitud de soporte, que ya está rellenada: Microsoft puede hacerlo.",
  "cancellation.refusal.wrong_kind":
    "Los productos de este tipo no se pueden cancelar desde aquí. Abra la solicitud de soporte, que ya está rellenada.",
  "cancellation.refusal.already_cancelled":
    "Ya estaba cancelado, en el Centro de partners o por otra persona. No queda nada por hacer; si no llega el crédito, abra la solicitud de soporte.",
  "cancellation.refusal.not_found":
    "El Centro de partners no encuentra este pedido o esta línea. Consulte allí el historial de pedidos del cliente y vuelva a empezar con `/csp-cancel`.",
  "cancellation.refusal.role":
    "El usuario de partner con el que trabaja CSP Desk no puede cancelar. Avise a su operador: ese usuario necesita el rol Agente de administración. Después vuelva a empezar con `/csp-cancel`.",
  "cancellation.refusal.partner":
    "La cuenta o el contrato de su empresa en el Centro de partners no lo permite ahora. Un administrador global de su empresa puede ver allí qué falta; después vuelva a empezar con `/csp-cancel`.",
  "cancellation.refusal.customer":
    "El Centro de partners ya no reconoce una relación de revendedor con este cliente. Solicítela de nuevo allí o abra la solicitud de soporte.",
  "cancellation.refusal.changed":
    "Otra persona está cambiando la suscripción una y otra vez. Espere a que termine y vuelva a empezar con `/csp-cancel`.",
  "cancellation.refusal.pending":
    "Otra operación sobre este pedido no ha terminado en un día. Consulte el pedido en el Centro de partners y vuelva a empezar con `/csp-cancel`, o abra la solicitud de soporte.",
  "cancellation.refusal.unsupported":
    "El Centro de partners no lo hace para su cuenta o en este entorno. Abra la solicitud de soporte, que ya está rellenada.",
  "cancellation.refusal.other":
    "Abajo está lo que respondió el Centro de partners, con su código. Si parece pasajero, vuelva a intentarlo con `/csp-cancel`; si no, abra la solicitud de soporte, que ya está rellenada.",
  "cancellation.needs_person":
    ":warning: *Tiene que revisarlo una persona.* No he podido saber si este pedido se canceló. Consúltelo en el Centro de partners y dé a su operador los identificadores de abajo.",
  "cancellation.duties": "*Lo que deben hacer ahora el partner y el cliente*",
  "cancellation.duties.side":
    "{side, select, partner {*Ustedes, el partner*} other {*{customer}, el cliente*}}",
  "cancellation.duties.item":
    "{done, select, yes {:white_check_mark:} other {•}} {duty, select, stop_using {Dejar de usar el software cancelado} uninstall {Desinstalarlo en todos los equipos} other {Eliminar sus descargas y todas las copias de sus claves y vínculos}}",
  "cancellation.duties.open": "Marcar lo hecho",
  "cancellation.stays_listed":
    "El elemento sigue en la página de software del cliente; su clave ya no está disponible.",
  "cancellation.stays_listed.many":
    "Los elementos cancelados siguen en la página de software del cliente; sus claves ya no están disponibles.",
  "cancellation.credit":
    "{status, select, seen {:white_check_mark: *Ha llegado el crédito:* {seen} en la factura {invoice}.} different {:warning: *El crédito {currency, select, other {ha llegado en otra moneda} same {no es el esperado}}:* {seen} en la factura {invoice}{known, select, yes {; se esperaban {credit}} other {}}. Compárelos; si es un error, abra la solicitud de soporte.} other {:warning: *El crédito se retrasa:* la factura de {month} llegó sin él{known, select, yes {; se esperan {credit}} other {}}. Abra la solicitud de soporte; yo sigo mirando.}}",
  "cancellation.report.title":
    "*{count, plural, one {Cancelación de # elemento} other {Cancelación de # elementos}} de {customer}*",
  "cancellation.report.item":
    "*{product}* · {order}, línea {line}{quantity, plural, =0 {} one { · # licencia} other { · # licencias}}",
  "cancellation.report.count":
    "{state, select, needs_person {{count} para revisar por una persona} refused {{count, plural, one {# rechazado} other {# rechazados}}} not_sent {{count, plural, one {# no solicitado} other {# no solicitados}}} overdue {{count, plural, one {# atrasado} other {# atrasados}}} unknown {{count} sin respuesta aún} sending {{count} enviándose} requested {{count} sin enviar aún} accepted {{count, plural, one {# aceptado} other {# aceptados}}} visible {{count, plural, one {# cancelado} other {# cancelados}}} other {{count, plural, one {# retirado} other {# retirados}}}}",
  "cancellation.report.more":
    "…y {count} más: {states}. Elija el cliente en `/csp-cancel` para ver cada uno.",
  "cancellation.item.requested":
    ":hourglass_flowing_sand: {leaving, select, yes {sale el {leaves}; hasta entonces puede retirarla} other {se envía enseguida}}",
  "cancellation.item.sending": ":hourglass_flowing_sand: enviándose al Centro de partners",
  "cancellation.item.unknown":
    ":hourglass_flowing_sand: enviada, pero la respuesta no llegó; lo estoy comprobando",
  "cancellation.item.accepted":
    ":hourglass_flowing_sand: aceptada el {accepted}, aparecerá antes del {until} (15 minutos){minutes, plural, =0 {} one {; en la última consulta ({asOf}) había pasado # minuto} other {; en la última consulta ({asOf}) habían pasado # minutos}}{looks, select, yes {; próxima comprobación, el {next}} other {}}",
  "cancellation.item.overdue":
    ":warning: *atrasada:* aceptada el {accepted}, sin aparecer en la última consulta ({asOf}), después de {minutes, plural, one {# minuto} other {# minutos}}; debía hacerlo antes del {until}{looks, select, yes {; próxima comprobación, el {next}} other {}}",
  "cancellation.item.visible":
    ":white_check_mark: *cancelado*, visible desde el {visible}{known, select, yes {; crédito {credit}} other {}}",
  "cancellation.item.refused": ":x: *no cancelado:* el Centro de partners lo ha rechazado",
  "cancellation.item.code": "(código {code})",
  "cancellation.item.not_sent": ":x: *no solicitado.*",
  "cancellation.item.taken_back": "*retirada* antes de salir; no se envió nada",
  "cancellation.item.needs_person":
    ":warning: *tiene que revisarlo una persona:* no he podido saber si se canceló. Consulte el pedido en el Centro de partners y dé a su operador el identificador {id}.",

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
  "key_request.reason": "*Motivo*\n{reason}",
  "key_request.dying":
    "*El vínculo que tiene su cliente ha caducado o está a punto de caducar.* Renuévelo y envíele el nuevo.",
  "key_request.handed": "Su cliente tiene el vínculo desde el {handed}.",
  "key_request.revoked":
    "*Revocado el {revoked}:* la compra se canceló. La clave y el vínculo ya no funcionan: deje de usar el software, desinstálelo y elimínelo.",

  "support_request.title": "*Solicitud de soporte «{title}» para {customer}*",
  "support_request.requested": ":hourglass_flowing_sand: Registrada. Se está presentando.",
  "support_request.sending": ":hourglass_flowing_sand: Se está presentando a Microsoft.",
  "support_request.unknown":
    ":hourglass_flowing_sand: *Todavía no se conoce la respuesta.* Se envió, pero la respuesta no llegó. Estoy comprobando si se presentó.",
  "support_request.to_file":
    ":point_right: *Le toca a usted.* Microsoft solo acepta estas solicitudes en el Centro de partners. Copie los textos siguientes en el formulario *Notificar un problema*, en este orden, añada los archivos si los hay, envíelo e indíqueme el número de incidencia.",
  "support_request.filed":
    ":white_check_mark: *Presentada* con el número de incidencia *{ticket}*. La consulto de vez en cuando y le digo aquí qué cambia.",
  "support_request.refused":
    ":x: *No presentada: la solicitud de soporte técnico se ha rechazado.* Corrija lo que indica el motivo y envíela otra vez con `/csp-support`.",
  "support_request.needs_person":
    ":warning: *Hace falta que alguien lo revise.* No he podido averiguar si esta solicitud se presentó. Busque sus solicitudes de soporte técnico en el Centro de partners. Si está allí, indíqueme su número; si no, envíela otra vez con `/csp-support` y facilite a su operador los identificadores siguientes.",
  "support_request.copy.problem_type": "*Tipo de problema*",
  "support_request.copy.title": "*Título*",
  "support_request.copy.description": "*Descripción*",
  "support_request.copy.impact": "*Impacto*",
  "support_request.copy.parts": "La misma descripción, parte por parte:",
  "support_request.copy.part": "{label}",
  "support_request.copy.contact_name": "*Nombre de contacto*",
  "support_request.copy.contact_email": "*Correo electrónico de contacto*",
  "support_request.copy.contact_phone": "*Teléfono de contacto*",
  "support_request.attention_needed":
    ":rotating_light: *MICROSOFT ESPERA SU RESPUESTA.* La incidencia *{ticket}* no avanza sin ella: lea la última nota y conteste con *Añadir una nota*.",
  "support_request.closed":
    ":lock: *La incidencia {ticket} está cerrada* desde el {closed}. Un reembolso concedido llega con una factura mensual.",
  "support_request.not_found":
    "*No existe ninguna incidencia {ticket}* en el Centro de partners. Compruebe allí el número y corríjalo aquí; hasta entonces no puedo seguirla.",
  "support_request.other_ticket":
    "*La incidencia {ticket} parece ser otra:* se titula «{title}». Corrija el número o, si es esta, guárdelo otra vez.",
  "support_request.not_followed":
    "*Ya no sigo esta incidencia:* lleva 60 días sin cambios. Consúltela en el Centro de partners; si le añade una nota desde aquí, vuelvo a seguirla.",
  "support_request.notes":
    "*{count, plural, one {# nota} other {# notas}} en la incidencia*{fresh, plural, =0 {} one {, # nueva de Microsoft} other {, # nuevas de Microsoft}}",
  "support_request.note": "*{by}*{dated, select, yes {, {at}} other {}}\n{text}",
  "support_request.note_waiting": ":hourglass_flowing_sand: Su nota va en camino.",
  "support_request.close_waiting": ":hourglass_flowing_sand: La incidencia se está cerrando.",
  "support_request.note_failed":
    "*No han aceptado su nota.* Aquí la tiene: añádala en el Centro de partners o inténtelo otra vez.",
  "support_request.close_failed":
    "*La incidencia no se ha podido cerrar desde aquí.* Ciérrela en el Centro de partners o inténtelo otra vez.",
  "support_request.files": "*Archivos*",
  "support_request.files.hint":
    "{filed, select, yes {El Centro de partners no acepta archivos míos: añádalos allí a la incidencia y dígamelo aquí.} other {Añádalos en el formulario del Centro de partners.}} Hasta entonces conservo copias cifradas, 30 días como máximo.",

  "help.activity":
    "*Actividad* · `{command}`\nVea quién tuvo claves y descargas y qué más se hizo, junto con los registros de Microsoft.",
  "help.activity.button": "Leer la actividad",
  "activity.title": "Actividad",
  "activity.submit": "Mostrar",
  "activity.intro":
    "Quién pidió claves y descargas, quién las recibió y qué más se hizo: nuestro registro y el de Microsoft, uno junto al otro. Queda registrado que usted lo lee.",
  "activity.from": "Desde",
  "activity.to": "Hasta",
  "activity.to.hint": "Días completos según su hora local; el último está incluido.",
  "activity.person": "Persona",
  "activity.person.any": "Todo el mundo",
  "activity.kind.label": "Tipo",
  "activity.kind.any": "Todo",
  "activity.kind":
    "{kind, select, outside {Claves y descargas fuera de Slack} keys {Claves y descargas} purchases {Compras} cancellations {Cancelaciones} support {Solicitudes de soporte} roles {Roles} activity {Lectura y exportación de la actividad} other {Todo lo demás}}",
  "activity.invalid":
    "{problem, select, future {Ese día aún no ha llegado. Elija hoy o un día anterior.} order {Es anterior al primer día. Elija el mismo o uno posterior.} other {Elija un día.}}",
  "activity.asked":
    "*Del {from} al {to}*{hasPerson, select, yes { · {person}} other {}}{hasCustomer, select, yes { · {customer}} other {}}{hasKind, select, yes { · {kind}} other {}}",
  "activity.mirror": "Registros de Microsoft hasta {at}. Allí pueden aparecer con retraso.",
  "activity.mirror.none":
    "Los registros de Microsoft aún no se han leído; se están leyendo ahora. Elija *Lo más reciente* dentro de un momento.",
  "activity.mirror.failed":
    "*Ahora no se pueden leer los registros de Microsoft* ({code}, referencia {reference}), así que pueden faltar los más recientes. Se vuelve a intentar; si continúa así, avise a su operador.",
  "activity.none": "No hay nada en estos días. Elija *Cambiar* para ver otros.",
  "activity.nobody":
    "{source, select, desk {CSP Desk} elsewhere {Alguien de otro espacio de trabajo de este partner} other {Desconocido}}",
  "activity.entry.what":
    "*{what}*{outcome, select, refused { · :no_entry: denegado} failed { · :warning: fallido} decline { · :no_entry: denegado} progress { · en curso} other {}}{outside, select, yes { · :rotating_light: *fuera de Slack*} other {}}",
  "activity.entry.who":
    "{who}{named, select, yes { · {customer}} other {}}{ordered, select, yes { · pedido `{order}`} other {}}",
  "activity.entry.reason": "Motivo: {reason}",
  "activity.entry.code": "Denegado como `{code}`",
  "activity.entry.roles": "De {before} a {after}",
  "activity.entry.source":
    "{source, select, desk {CSP Desk n.º {number}} other {Microsoft}} · {at}{held, select, yes { · como {roles}} other {}}{note, select, before { · antes de CSP Desk} elsewhere { · por otro espacio de trabajo de este partner} other {}}",
  "activity.newer": "Más recientes",
  "activity.older": "Anteriores",
  "activity.newest": "Lo más reciente",
  "activity.change": "Cambiar",
  "activity.csv": "Exportar CSV",
  "activity.json": "Exportar JSON",
  "activity.export.requested":
    ":hourglass_flowing_sand: *Se está creando el archivo.* Llegará a nuestra conversación, junto con un aviso. Queda registrado que se exportó.",
  "activity.export":
    "{status, select, requested {:hourglass_flowing_sand: *Se está creando la exportación de la actividad.* El archivo {format} llegará a esta conversación.} sent {:white_check_mark: *La exportación de la actividad está en esta conversación*: {count, plural, one {# entrada} other {# entradas}} en {format}.} refused {:no_entry: *La exportación de la actividad no se envió*: usted ya no puede leer la actividad. Un administrador global de su empresa puede darle un rol para ello en el Centro de partners.} other {:warning: *No se pudo enviar la exportación de la actividad*: no se pudo crear el archivo o Slack no lo aceptó. Pídala de nuevo con `{command}`.}}",
  "activity.export.range": "De {from} a {until} · {id}",
  "activity.alert.chain":
    ":rotating_light: *Se ha manipulado el registro de la actividad.* {problem, select, missing {Falta la fila {sequence}.} misplaced {La fila {sequence} no sigue a la anterior.} head {La fila {sequence} no es aquella cuyo hash se publicó.} other {Se cambió el contenido de la fila {sequence}.}}",
  "activity.alert.chain.next":
    "Su operador averigua más con `npm run verify-activity`. Conserve la base de datos tal como está: es una prueba.",
  "activity.alert.outside":
    ":rotating_light: *{count, plural, one {Se accedió a una clave de producto o descarga} other {Se accedió # veces a claves de producto o descargas}} fuera de Slack*, según los registros de Microsoft.",
  "activity.alert.outside.item":
    "• {what}: {who} · {customer}{ordered, select, yes { · pedido `{order}`} other {}} · {at}",
  "activity.alert.outside.more": "Y {count, plural, one {uno más} other {# más}}.",
  "activity.alert.outside.next":
    "CSP Desk no conoce ninguna solicitud que lleve a ello. Todos están en `{command}`, tipo «Claves y descargas fuera de Slack».",
  "activity.head":
    "*Actividad de {workspace}*: {sequence} entradas. La más reciente se escribió el {at}; su hash:\n`{hash}`",
  "activity.head.check": "Para comparar: `npm run verify-activity -- --head {sequence}:{hash}`",
  "activity.act":
    "{act, select, buy_asked {Quiso comprar} keys_asked {Pidió una clave} cancel_asked {Quiso cancelar} support_asked {Quiso abrir una solicitud de soporte} activity_asked {Quiso leer la actividad} key_request_requested {Pidió una clave o descarga} key_request_shown {Vio una clave o un vínculo de descarga} key_request_shown_again {Volvió a ver la misma clave o vínculo} key_request_sent_to_portal {Fue al Centro de partners por una clave} key_request_sent_to_portal_again {Fue de nuevo al Centro de partners por la misma clave} key_request_refused {No recibió ninguna clave} keys_revoked {Claves y vínculos revocados} link_download_started {Inició una descarga} link_handed_to_customer {Copió un vínculo para el cliente} link_dies_soon {Aviso de que un vínculo está por caducar} deposit_made {Depositó una clave o un vínculo} deposit_replaced {Sustituyó una clave o un vínculo depositado} purchase_quoted {Consultó un precio} purchase_requested {Hizo un pedido} purchase_ordered {Pedido realizado} purchase_partly_ordered {Pedido realizado en parte} purchase_refused {Pedido rechazado} cancellation_requested {Pidió una cancelación} cancellation_batch_requested {Pidió varias cancelaciones} cancellation_accepted {Cancelación aceptada} cancellation_visible {La cancelación se ve en el Centro de partners} cancellation_refused {Cancelación rechazada} cancellation_taken_back {Cancelación retirada} cancellation_overdue {Cancelación atrasada} cancellation_needs_person {Cancelación pendiente de una persona} cancellation_duties {Marcó las tareas tras una cancelación} credit_seen {Crédito visto en una factura} credit_different {El crédito no es el previsto} credit_overdue {Crédito atrasado} window_announced {Recibió el aviso de plazos que terminan} window_keep {Decidió conservar una compra} window_snooze {Aplazó una decisión hasta el último día} window_hand_over {Traspasó una decisión} window_passed_on {Decisiones traspasadas a un colega} support_request_requested {Escribió una solicitud de soporte} support_request_filed {Solicitud de soporte presentada} support_request_closed {Solicitud de soporte cerrada} installation_installed {Aplicación instalada en este espacio de trabajo} installation_removed {Aplicación retirada de este espacio de trabajo} role_changed {Cambio de roles en el Centro de partners} activity_read {Leyó la actividad} activity_export_requested {Pidió una exportación de la actividad} activity_exported {Exportó la actividad} activity_export_ended {La exportación de la actividad no se envió} activity_chain_broken {La cadena de la actividad apareció rota} activity_outside_access {Aparecieron accesos fuera de Slack} purchase_lapsed {Precio no confirmado a tiempo} purchase_awaiting_approval {Aprobación solicitada} purchase_declined {Aprobación denegada} purchase_expired {Aprobación no concedida a tiempo} purchase_withdrawn {Compra retirada} purchase_sending {Compra en camino al Centro de partners} purchase_unknown {Compra enviada, respuesta desconocida} purchase_changed {El precio cambió antes del pedido} purchase_needs_person {Compra pendiente de una persona} purchase_decision_asked {Quiso decidir sobre una aprobación} cancellation_sending {Cancelación en camino al Centro de partners} cancellation_unknown {Cancelación enviada, respuesta desconocida} key_request_interrupted {Se interrumpió al mostrar una clave; puede que se viera} support_request_sending {Solicitud de soporte en camino al Centro de partners} support_request_unknown {Solicitud de soporte enviada, respuesta desconocida} support_request_to_file {Solicitud de soporte pendiente de presentarse a mano} support_request_attention_needed {Microsoft espera respuesta a una solicitud de soporte} support_request_refused {Solicitud de soporte rechazada} support_request_needs_person {Solicitud de soporte pendiente de una persona} support_request_note_asked {Escribió una nota en una solicitud de soporte} support_request_note_sent {Nota enviada a Microsoft} support_request_note_refused {Nota rechazada por Microsoft} support_request_note_needs_person {Nota pendiente de una persona} support_request_close_asked {Pidió cerrar una solicitud de soporte} support_request_close_sent {Cierre enviado a Microsoft} support_request_close_refused {Cierre rechazado por Microsoft} support_request_close_needs_person {Cierre pendiente de una persona} support_request_file_kept {Archivo guardado para una solicitud de soporte} support_request_file_refused {Archivo de una solicitud de soporte no guardado} support_request_files_destroyed {Archivos guardados destruidos} support_request_files_handed_back {Recibió los archivos guardados} support_request_followed {Novedades de una incidencia en Microsoft} support_request_ticket_confirmed {Número de incidencia encontrado en Microsoft} support_request_ticket_corrected {Número de incidencia corregido} connection_connected {Inició sesión en el Centro de partners} connection_renewed {Volvió a iniciar sesión en el Centro de partners} connection_lost {La sesión del Centro de partners ya no sirve} connection_removed {Sesión del Centro de partners eliminada} vault_rewrapped {El operador puso los secretos guardados bajo una clave nueva} purchase_requeued {El operador volvió a poner en marcha la compra} cancellation_requeued {El operador volvió a poner en marcha la cancelación} support_request_requeued {El operador volvió a poner en marcha la solicitud de soporte} activity_shown_at_home {Vio la actividad más reciente en la pestaña Inicio} other {{name}}}",
  "activity.operation":
    "{act, select, get_software_key {Obtuvo una clave de producto} get_software_download_link {Obtuvo un vínculo de descarga} create_order {Creó un pedido} update_order {Cambió o canceló un pedido} update_subscription {Cambió o canceló una suscripción} add_customer {Agregó un cliente} create_partner_user {Creó un usuario del partner} update_partner_user {Cambió un usuario del partner} remove_partner_user {Quitó un usuario del partner} create_agreement {Confirmó un contrato} other {{name}}}",
  "error.export_too_large":
    "*Demasiado para un archivo.* Una exportación contiene como máximo {most, number} entradas. Elija menos días, una persona, un cliente o un tipo, y exporte eso.",

  "error.sign_in_needed":
    "{mode, select, own {El Centro de partners pide que inicie sesión antes de seguir. Pulse el botón; lo que ha escrito se conserva.} other {La sesión de la propia aplicación en el Centro de partners ha terminado. Tiene que renovarla quien administra CSP Desk; inténtelo después.}}",
  "connect.title": "Conexión",
  "connect.button":
    "{state, select, connected {Ajustes de la conexión} trouble {Iniciar sesión de nuevo} other {Conectar con el Centro de partners}}",
  "connect.state":
    "{state, select, connected {:white_check_mark: *Su conexión funciona* como *{upn}*, desde {since}.} trouble {:warning: *Su conexión como {upn} terminó* el {since}: {trouble, select, expired {pasó demasiado tiempo sin usarse} revoked {cambió su contraseña o la cerró un administrador} mfa {el Centro de partners pide un segundo factor} other {falta su consentimiento para la aplicación}}. Inicie sesión de nuevo y lo que espera seguirá.} other {:link: *Todavía no se ha conectado con el Centro de partners.* Inicie sesión una vez, con su cuenta de trabajo y su segundo factor.}}",
  "connect.why":
    "Lo que compre, cancele y solicite desde aquí se hará a su nombre, y así constará en el registro de auditoría de Microsoft. Guardo la sesión cifrada, nunca su contraseña.",
  "connect.sign_in": "{again, select, yes {Iniciar sesión de nuevo} other {Iniciar sesión con Microsoft}}",
  "connect.hint":
    "La página se abre en su navegador; el vínculo es solo suyo y vale diez minutos. Le escribiré aquí cuando haya funcionado.",
  "connect.off": "Aquí nadie tiene que iniciar sesión: una sola cuenta lo hace todo.",
  "connect.remove": "Desconectar",
  "connect.remove.title": "¿Desconectar?",
  "connect.remove.text":
    "Su sesión se destruye. Las solicitudes suyas que aún no se hayan enviado esperarán a que vuelva a iniciar sesión.",
  "connection.title": "*Conexión con el Centro de partners*",
  "connection.connected":
    ":white_check_mark: *Conexión hecha.* A partir de ahora actúa en el Centro de partners como *{upn}*.",
  "connection.next":
    "{count, plural, =0 {Escriba otra vez el comando con el que empezó, como `{buy}`, `{keys}` o `{cancel}`. Si tiene un formulario abierto, envíelo de nuevo.} one {Una solicitud suya que esperaba sigue por sí sola. Puede continuar con `{command}`.} other {# solicitudes suyas que esperaban siguen por sí solas. Puede continuar con `{command}`.}}",
  "connection.waits":
    "{mode, select, own {*Le espera a usted.* El Centro de partners ya no acepta su sesión. Inicie sesión de nuevo y seguirá por sí sola, una única vez. Pasado un día se abandona.} other {*Está en espera.* El Centro de partners ya no acepta la sesión de la propia aplicación. Tiene que renovarla quien administra CSP Desk; entonces seguirá.}}",
  "connect.page.connected.title": "Conexión hecha",
  "connect.page.connected.text":
    "Ha iniciado sesión como {upn}. Cierre esta página y siga en Slack: CSP Desk le ha escrito allí.",
  "connect.page.other_user.title": "Era otra cuenta",
  "connect.page.other_user.text":
    "Ha iniciado sesión como {upn}, pero el vínculo es de {expected}. No se ha conectado nada. Vuelva a Slack, pida el vínculo con su propio nombre y elija la cuenta {expected}.",
  "connect.page.other_tenant.title": "Esa cuenta es de otra organización",
  "connect.page.other_tenant.text":
    "No se ha conectado nada. Vuelva a Slack, pida un vínculo nuevo y elija su cuenta de trabajo en el inquilino del partner.",
  "connect.page.mfa.title": "Falta el segundo factor",
  "connect.page.mfa.text":
    "El Centro de partners solo acepta inicios de sesión con autenticación multifactor. No se ha conectado nada. Configure un segundo factor en mysignins.microsoft.com y pida un vínculo nuevo en Slack.",
  "connect.page.consent.title": "La aplicación aún no tiene consentimiento",
  "connect.page.consent.text":
    "No se ha conectado nada. Pida a un administrador de su inquilino que dé su consentimiento a CSP Desk en Microsoft Entra y pida un vínculo nuevo en Slack.",
  "connect.page.declined.title": "No ha iniciado sesión",
  "connect.page.declined.text": "No se ha conectado nada. Cuando quiera, pida un vínculo nuevo en Slack.",
  "connect.page.unavailable.title": "Microsoft no responde en este momento",
  "connect.page.unavailable.text":
    "No se ha conectado nada. Pida un vínculo nuevo en Slack dentro de unos minutos.",
  "connect.page.refused.title": "El inicio de sesión no ha funcionado",
  "connect.page.refused.text":
    "No se ha conectado nada. Pida un vínculo nuevo en Slack; si vuelve a pasar, avise a quien administra CSP Desk.",
  "connect.page.over.title": "Este vínculo ya no sirve",
  "connect.page.over.text":
    "Un vínculo vale diez minutos y un solo inicio de sesión, en el navegador que lo abrió. Pida otro en Slack: escriba /csp conectar.",
  "connect.page.fault.title": "Algo ha fallado aquí",
  "connect.page.fault.text":
    "No se ha conectado nada. Pida un vínculo nuevo en Slack dentro de unos minutos; si vuelve a pasar, avise a quien administra CSP Desk.",

  // La instalación en varios espacios de trabajo
  "install.page.installed.title": "CSP Desk está instalado",
  "install.page.installed.text":
    "Puede cerrar esta página. Abra CSP Desk en el apartado Aplicaciones de Slack o escriba /csp en cualquier conversación.",
  "install.page.declined.title": "No se ha instalado nada",
  "install.page.declined.text":
    "No lo ha permitido en Slack. Para volver a intentarlo, abra de nuevo la dirección de instalación.",
  "install.page.not_allowed.title": "Este espacio de trabajo no puede instalar CSP Desk",
  "install.page.not_allowed.text":
    "No se ha instalado nada y los permisos que concedió se han devuelto. Pida a quien administra CSP Desk que añada su espacio de trabajo u organización a la lista.",
  "install.page.over.title": "Este intento ha terminado",
  "install.page.over.text":
    "Ha durado más de diez minutos, ya se usó o empezó en otro navegador. Abra de nuevo la dirección de instalación en este navegador.",
  "install.page.unavailable.title": "Slack no responde",
  "install.page.unavailable.text":
    "No se ha instalado nada. Abra de nuevo la dirección de instalación dentro de unos minutos.",
  "install.page.fault.title": "Algo ha fallado aquí",
  "install.page.fault.text":
    "Abra de nuevo la dirección de instalación dentro de unos minutos; si vuelve a pasar, avise a quien administra CSP Desk.",
};
