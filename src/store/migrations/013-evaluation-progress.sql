-- What was asked for, which job does it, and how far it is; null: not yet.
alter table evaluations add column agents text;
alter table evaluations add column job text;
alter table evaluations add column runs_done bigint;
alter table evaluations add column runs bigint;

-- What people read besides the counts; it quotes the documents of the dataset.
create table evaluation_details (
  evaluation text primary key references evaluations (id),
  content bytea not null
);

-- Which version a draft was made from, so that its changes can be told.
create table flow_drafts (
  version text primary key,
  base text not null,
  agent text not null,
  author text not null,
  created_at bigint not null
);
