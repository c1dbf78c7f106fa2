/// What a class list would make, line by line, with what is wrong.

import { knows, t } from "../texts";
import type { ClassRow } from "../wire/accounts";

export function ClassTable({ rows }: { rows: ClassRow[] }) {
  return (
    // What scrolls sideways on a phone must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div class="table-scroll" tabIndex={0} role="region" aria-label={t("class.table")}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t("class.line")}</th>
            <th scope="col">{t("person.name")}</th>
            <th scope="col">{t("person.username")}</th>
            <th scope="col">{t("class.problem")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.line} class={row.problem ? "row-problem" : ""}>
              <td class="table-number">{row.line}</td>
              <td>{row.name}</td>
              <td>{row.username}</td>
              <td>{row.problem ? problemText(row.problem) : t("class.fine")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function problemText(code: string): string {
  const key = `class.problem.${code}`;
  return t(knows(key) ? key : "class.problem.other");
}
