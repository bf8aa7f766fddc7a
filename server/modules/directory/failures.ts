import { failures } from "../../kernel/errors.ts";

export const fail = failures("directory", {
  not_found: ["not_found", "This import does not exist."],
  empty_file: ["invalid", "The file is empty."],
  only_header: ["invalid", "The file has column names but no rows."],
  is_workbook: ["unsupported", "This is an Excel workbook or another archive. Please save it as CSV and upload that."],
  is_binary: ["unsupported", "This is not a text file."],
  encoding_unknown: ["invalid", "This text encoding is not known here."],
  quotes_broken: ["invalid", "Too many quotation marks in this file are never closed. Please check how it was exported."],
  line_too_long: ["invalid", "A line of this file has more than 6 MB. Is it a list with one person per line?"],
  too_many_columns: ["invalid", "The file has more than 500 columns."],
  is_busy: ["conflict", "This import is being worked on. Please wait or cancel it."],
  not_planned: ["conflict", "Only a checked import can be applied. Its file or mapping changed, or it was applied already."],
  closed: ["conflict", "This import has ended. Please upload the file again."],
  mapping_incomplete: ["invalid", "Choose which columns hold the employee number (or e-mail address) and the name."],
  mapping_twice: ["invalid", "Two columns are given the same meaning."],
  mapping_unknown: ["invalid", "A column is given a meaning that does not exist."],
  rows_missing: ["conflict", "This import has not been checked yet."],
  file_gone: ["unavailable", "The uploaded file is no longer there. Please upload it again."],
});
