-- Who has read all of a document, and took that back: only ever added, the newest of a person counts.
create table read_marks (
  document text not null references documents (id),
  person text not null,
  -- Made by who marks, so that sending it twice is one entry.
  id text not null,
  -- From 1 within the document, over all people.
  version bigint not null,
  -- On whose page it was said.
  review text not null references reviews (id),
  kind text not null check (kind in ('read', 'withdrawn')),
  -- What the text was: OCR may read more of it later.
  pages_read_by_ocr bigint not null,
  created_at bigint not null,
  primary key (document, person, id),
  unique (document, version)
);

create trigger read_marks_never_change before update or delete or truncate on read_marks
for each statement execute function refuse_change();

-- What guard_by_parent does: a backup of SQLite is restored into the steps that SQLite has, without those of
-- the wall, which come afterwards.
alter table read_marks enable row level security;
create policy reader on read_marks for select using (exists (
  select 1 from documents as parent where parent.id = read_marks.document));
