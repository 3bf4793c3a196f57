-- Documents that belong together (near-copies) share a group, and the group has one split for ever.
create table document_groups (
  id text primary key,
  split text not null check (split in ('evaluation', 'test', 'audit')),
  shown_to_engineer smallint not null check (shown_to_engineer in (0, 1)),
  created_at bigint not null,
  -- What an engineer has seen can measure nothing that is hidden from engineers.
  check (shown_to_engineer = 0 or split = 'evaluation')
);

-- A forgotten document keeps its row: verdicts and counts refer to it.
create table documents (
  sha256 text primary key,
  group_id text not null references document_groups (id),
  name text,
  media_type text not null,
  bytes bigint not null,
  pages bigint,
  language text,
  state text not null check (state in ('reading', 'ready', 'failed', 'forgotten')),
  error_code text,
  error_message text,
  uploader text not null,
  uploaded_at bigint not null,
  assignee text,
  forgotten_at bigint
);
create index documents_by_time on documents (uploaded_at, sha256);
create index documents_by_group on documents (group_id);

-- Part 0 is the document without its paragraphs; the others are runs of paragraphs in order.
create table document_texts (
  document text not null references documents (sha256),
  part bigint not null,
  content bytea not null,
  primary key (document, part)
);
