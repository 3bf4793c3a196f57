-- What was spent by what runs in an environment of the server: as in `spend`, of which it is a part.
create table environment_spend (
  environment text not null,
  month text not null,
  person text not null,
  model text not null,
  currency text not null,
  requests bigint not null,
  requests_without_cost bigint not null,
  cost double precision not null,
  input_tokens bigint not null,
  output_tokens bigint not null,
  primary key (environment, month, person, model, currency)
);
