-- The same bytes may be several documents: who must not learn that a hidden one is there gets another.
alter table documents rename column sha256 to id;
alter table documents add column sha256 text not null default '';
update documents set sha256 = id;
create index documents_by_content on documents (sha256);
