-- What was spent, a row for each calendar month (UTC, '2026-03'), person, model and currency.
-- Requests without a known cost are counted and add nothing to it; the currency of a model without a
-- price is ''.
create table spend (
  month text not null,
  person text not null,
  model text not null,
  currency text not null,
  requests bigint not null,
  requests_without_cost bigint not null,
  cost double precision not null,
  input_tokens bigint not null,
  output_tokens bigint not null,
  primary key (month, person, model, currency)
);

-- Which batches of requests are in it, so that none is counted twice.
create table spend_batches (
  id text primary key,
  created_at bigint not null
);
