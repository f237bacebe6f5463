import "./table.css";
import type { ComponentChildren, JSX } from "preact";

export interface Column<T> {
  readonly key: string;
  readonly head: string;
  /** The first column names its row; numbers stand at the right; actions have no visible head. */
  readonly kind?: "name" | "number" | "actions";
  cell(row: T): ComponentChildren;
}

interface DataTableProps<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  rowKey(row: T): string | number;
}

/** Rows under heads; under 640 px each row is a card with the heads beside its values. */
export function DataTable<T>({ label, columns, rows, rowKey }: DataTableProps<T>): JSX.Element {
  return (
    // The roles say again what the elements are: as cards they lose their table display, and with it the role.
    // biome-ignore lint/a11y/noRedundantRoles: see above
    <table class="table" role="table" aria-label={label}>
      {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
      <thead role="rowgroup">
        {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
        <tr role="row">
          {columns.map((column) => (
            // biome-ignore lint/a11y/noRedundantRoles: see above
            <th key={column.key} role="columnheader" scope="col" class={`is-${column.kind ?? "text"}`}>
              {column.kind === "actions" ? <span class="sr">{column.head}</span> : column.head}
            </th>
          ))}
        </tr>
      </thead>
      {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
      <tbody role="rowgroup">
        {rows.map((row) => (
          // biome-ignore lint/a11y/noRedundantRoles: see above
          <tr key={rowKey(row)} role="row">
            {columns.map((column) => (
              // biome-ignore lint/a11y/noRedundantRoles: see above
              <td key={column.key} role="cell" class={`is-${column.kind ?? "text"}`} data-head={column.head}>
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
