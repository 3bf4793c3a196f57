-- What gates asked of models about hidden examples, and what those answered, for custodians to read.
create table gate_calls (
  id text primary key,
  measure text not null,
  dataset text not null,
  example text not null,
  repeat bigint not null,
  sequence bigint not null,
  content bytea not null,
  asked_at bigint not null
);
create index gate_calls_by_example on gate_calls (dataset, example, measure, repeat, sequence);
create index gate_calls_by_time on gate_calls (asked_at);
