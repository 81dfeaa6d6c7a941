import { type Kysely, sql } from "kysely";

/** The first tables: people and their roles, the four kinds of request, activity, messages, outbox. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`set local lock_timeout = '10s'`.execute(db);

  await sql`
    create table people (
      id text primary key,
      workspace_id text not null,
      slack_user_id text not null,
      display_name text not null,
      email text,
      locale text not null,
      time_zone text not null,
      is_member boolean not null,
      profile_read_at timestamptz not null,
      created_at timestamptz not null,
      unique (workspace_id, slack_user_id)
    )`.execute(db);

  await sql`
    create table partner_users (
      user_principal_name text primary key check (user_principal_name = lower(user_principal_name)),
      partner_user_id text not null,
      display_name text not null,
      roles text[] not null,
      read_at timestamptz not null
    )`.execute(db);

  await sql`
    create table partner_user_reads (
      only_row boolean primary key default true check (only_row),
      read_at timestamptz not null
    )`.execute(db);

  await sql`
    create table purchases (
      id text primary key,
      workspace_id text not null,
      person_id text not null references people (id),
      customer_id text not null,
      customer_name text not null,
      market text not null,
      form_token text not null,
      content_hash text not null,
      lines jsonb not null,
      currency_code text,
      total_price numeric(18, 4),
      tax_included boolean not null,
      cart_request_id uuid not null,
      cart_id text,
      status text not null check (status in
        ('quoted', 'lapsed', 'requested', 'sending', 'unknown', 'ordered', 'partly_ordered', 'refused', 'needs_person')),
      ms_request_id uuid,
      correlation_id uuid not null,
      perhaps_sent boolean not null default false,
      sent_at timestamptz,
      orders jsonb not null default '[]',
      order_errors jsonb not null default '[]',
      failure jsonb,
      version integer not null default 1,
      attempts integer not null default 0,
      due_at timestamptz,
      lease uuid,
      leased_until timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      constraint purchases_one_per_form unique (workspace_id, form_token, content_hash),
      constraint purchases_due check ((due_at is null) = (status in ('lapsed', 'ordered', 'partly_ordered', 'refused', 'needs_person'))),
      constraint purchases_sent_with_id check (status in ('quoted', 'lapsed', 'requested', 'refused', 'needs_person')
        or (ms_request_id is not null and cart_id is not null and sent_at is not null)),
      constraint purchases_ordered_has_orders check (status not in ('ordered', 'partly_ordered') or jsonb_array_length(orders) > 0)
    )`.execute(db);

  await sql`
    create table cancellations (
      id text primary key,
      workspace_id text not null,
      person_id text not null references people (id),
      customer_id text not null,
      customer_name text not null,
      market text not null,
      order_id text not null,
      line_item_number integer not null,
      catalog_item_id text not null,
      subscription_id text,
      product_title text not null,
      product_kind text not null,
      quantity integer not null,
      purchased_at timestamptz not null,
      deadline_at timestamptz,
      deadline_origin text check (deadline_origin in ('policy', 'subscription', 'refusal')),
      credit_amount numeric(18, 4),
      credit_currency text,
      method text not null check (method in ('order', 'subscription')),
      status text not null check (status in
        ('requested', 'sending', 'unknown', 'accepted', 'overdue', 'visible', 'refused', 'needs_person')),
      ms_request_id uuid,
      correlation_id uuid not null,
      perhaps_sent boolean not null default false,
      sent_at timestamptz,
      accepted_at timestamptz,
      visible_at timestamptz,
      looks integer not null default 0,
      failure jsonb,
      version integer not null default 1,
      attempts integer not null default 0,
      due_at timestamptz,
      lease uuid,
      leased_until timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      constraint cancellations_due check ((due_at is null) = (status in ('visible', 'refused', 'needs_person'))),
      constraint cancellations_sent_with_id check (status in ('requested', 'refused', 'needs_person') or (ms_request_id is not null and sent_at is not null)),
      constraint cancellations_accepted_at check (status not in ('accepted', 'overdue', 'visible') or accepted_at is not null),
      constraint cancellations_visible_at check ((status = 'visible') = (visible_at is not null))
    )`.execute(db);
  // The business rule itself: an order line is cancelled once. A refused attempt frees the line, and so does one that was left to a person: that person decides.
  await sql`
    create unique index cancellations_one_per_line on cancellations (customer_id, order_id, line_item_number)
      where status not in ('refused', 'needs_person')`.execute(db);

  await sql`
    create table key_requests (
      id text primary key,
      workspace_id text not null,
      person_id text not null references people (id),
      customer_id text not null,
      customer_name text not null,
      order_id text not null,
      line_item_number integer not null,
      product_title text not null,
      form_token text not null,
      software_version text not null,
      software_language text not null,
      file_type text not null,
      status text not null check (status in ('requested', 'shown', 'sent_to_portal', 'refused', 'interrupted')),
      hand_over_request_id uuid not null,
      correlation_id uuid not null,
      link_expires_at timestamptz,
      downloads_allowed integer,
      revoked_at timestamptz,
      failure jsonb,
      version integer not null default 1,
      attempts integer not null default 0,
      due_at timestamptz,
      lease uuid,
      leased_until timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      constraint key_requests_one_per_form unique (workspace_id, form_token),
      constraint key_requests_due check ((due_at is null) = (status <> 'requested'))
    )`.execute(db);
  // Revocation finds every hand-over of a cancelled line.
  await sql`create index key_requests_by_line on key_requests (customer_id, order_id, line_item_number)`.execute(
    db,
  );

  await sql`
    create table support_requests (
      id text primary key,
      workspace_id text not null,
      person_id text not null references people (id),
      customer_id text not null,
      customer_name text not null,
      form_token text not null,
      problem_type text not null,
      impact text not null check (impact in ('critical', 'moderate', 'minimal')),
      title text not null,
      tenant text not null,
      order_or_subscription_id text not null,
      reason text not null,
      amount_requested text not null,
      contact_name text not null,
      contact_email text not null,
      contact_phone text not null,
      language text not null,
      desk text check (desk in ('api', 'portal')),
      ticket_number text,
      status text not null check (status in ('requested', 'sending', 'unknown', 'to_file', 'filed', 'refused', 'needs_person')),
      ms_request_id uuid,
      correlation_id uuid not null,
      perhaps_sent boolean not null default false,
      sent_at timestamptz,
      filed_at timestamptz,
      failure jsonb,
      version integer not null default 1,
      attempts integer not null default 0,
      due_at timestamptz,
      lease uuid,
      leased_until timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      constraint support_requests_one_per_form unique (workspace_id, form_token),
      constraint support_requests_due check ((due_at is null) = (status in ('to_file', 'filed', 'refused', 'needs_person'))),
      constraint support_requests_filed check (status <> 'filed' or (ticket_number is not null and filed_at is not null))
    )`.execute(db);

  for (const [table, finals] of [
    ["purchases", ["lapsed", "ordered", "partly_ordered", "refused"]],
    ["cancellations", ["visible", "refused"]],
    ["key_requests", ["shown", "sent_to_portal", "refused", "interrupted"]],
    ["support_requests", ["filed", "refused"]],
  ] as const) {
    // The sweeper's question: what is due?
    await sql`create index ${sql.raw(`${table}_due_idx`)} on ${sql.table(table)} (due_at) where due_at is not null`.execute(
      db,
    );
    // Agents' lists of what they asked for.
    await sql`create index ${sql.raw(`${table}_by_person`)} on ${sql.table(table)} (person_id, created_at desc)`.execute(
      db,
    );
    await sql
      .raw(`
      create function ${table}_keep_final() returns trigger language plpgsql as $$
      begin
        if old.status in (${finals.map((status) => `'${status}'`).join(", ")}) and new.status is distinct from old.status then
          raise exception '% % is % and stays so', tg_table_name, old.id, old.status using errcode = 'restrict_violation', constraint = '${table}_keep_final';
        end if;
        return new;
      end $$;
      create trigger ${table}_keep_final before update on ${table} for each row execute function ${table}_keep_final();
    `)
      .execute(db);
  }

  await sql`
    create table messages (
      id text primary key,
      workspace_id text not null,
      person_id text not null references people (id),
      request_kind text not null check (request_kind in ('purchase', 'cancellation', 'key_request', 'support_request')),
      request_id text not null,
      channel text,
      ts text,
      wanted_version integer not null,
      drawn_version integer not null default 0,
      posting_since timestamptz,
      undeliverable text,
      attempts integer not null default 0,
      due_at timestamptz,
      lease uuid,
      leased_until timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      constraint messages_one_per_request unique (request_kind, request_id, person_id),
      constraint messages_due check (due_at is not null or drawn_version >= wanted_version or undeliverable is not null)
    )`.execute(db);
  // The sweeper's question for messages.
  await sql`create index messages_due_idx on messages (due_at) where due_at is not null`.execute(db);

  await sql`
    create table activity (
      workspace_id text not null,
      sequence bigint not null,
      at timestamptz not null,
      person_id text references people (id),
      roles text[] not null,
      act text not null,
      outcome text not null check (outcome in ('done', 'refused', 'failed')),
      request_kind text,
      request_id text,
      customer_id text,
      details jsonb not null,
      correlation_id uuid,
      previous_hash text not null,
      hash text not null,
      primary key (workspace_id, sequence)
    )`.execute(db);
  // One request's story.
  await sql`create index activity_by_request on activity (request_id) where request_id is not null`.execute(
    db,
  );
  await sql
    .raw(`
    create function activity_append_only() returns trigger language plpgsql as $$
    begin
      raise exception 'activity is append-only' using errcode = 'restrict_violation';
    end $$;
    create trigger activity_no_change before update or delete on activity for each row execute function activity_append_only();
    create trigger activity_no_truncate before truncate on activity for each statement execute function activity_append_only();
  `)
    .execute(db);

  await sql`
    create table outbox (
      id bigint generated always as identity primary key,
      topic text not null check (topic in ('purchase', 'cancellation', 'support_request', 'message')),
      subject_id text not null,
      run_at timestamptz not null,
      created_at timestamptz not null,
      sent_at timestamptz
    )`.execute(db);
  // The relay's question: what has not been sent?
  await sql`create index outbox_unsent on outbox (id) where sent_at is null`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    drop table outbox, activity, messages, support_requests, key_requests, cancellations, purchases, partner_user_reads, partner_users, people;
    drop function activity_append_only, purchases_keep_final, cancellations_keep_final, key_requests_keep_final, support_requests_keep_final;
  `)
    .execute(db);
}
