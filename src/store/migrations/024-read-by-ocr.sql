-- Whether pages without text are to be read by OCR.
alter table documents add column ocr smallint not null default 0 check (ocr in (0, 1));
