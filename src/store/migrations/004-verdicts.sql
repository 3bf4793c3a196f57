-- `issue` is not a reference: a missed issue begins with its verdict.
create table verdicts (
  id text primary key,
  review text not null references reviews (id),
  issue text not null,
  version bigint not null,
  person text not null,
  kind text not null check (kind in ('accepted', 'dismissed', 'edited', 'missed', 'undone')),
  reason text,
  created_at bigint not null,
  unique (review, issue, version)
);

-- What holds text of the document or of a person: edited fields, a missed issue, a note.
create table verdict_texts (
  verdict text primary key references verdicts (id),
  content text not null
);
