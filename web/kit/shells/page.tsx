import { type ReactNode, useId } from 'react';
import { type Crumb, Crumbs } from './crumbs.tsx';
import './page.css';

export type PageProps = {
  title: string;
  /** One line under the title: what the page is for, or the state of the thing. */
  lead?: ReactNode;
  crumbs?: readonly Crumb[];
  /** The one primary act. */
  primary?: ReactNode;
  /** Secondary acts, quiet. */
  acts?: ReactNode;
  /** The map or table takes all the height that is left. */
  fill?: boolean;
  children: ReactNode;
};

/** A page of the console or of the public app: title, one primary act, then the work. */
export function Page({ title, lead, crumbs, primary, acts, fill = false, children }: PageProps) {
  return (
    <div className={fill ? 'k-page k-page-fill' : 'k-page'}>
      {crumbs ? <Crumbs crumbs={crumbs} /> : null}
      <header className="k-page-head">
        <div className="k-page-words">
          <h1 className="k-heading k-heading-1">{title}</h1>
          {lead ? <div className="k-page-lead">{lead}</div> : null}
        </div>
        {primary || acts ? (
          <div className="k-page-acts">
            {acts}
            {primary}
          </div>
        ) : null}
      </header>
      <div className="k-page-body">{children}</div>
    </div>
  );
}

export type PanelProps = {
  title?: ReactNode;
  /** Small things at the right of the title. */
  tools?: ReactNode;
  /** A ground of its own; without it a panel is a title over a line. */
  boxed?: boolean;
  children: ReactNode;
};

/** A titled part of a page. */
export function Panel({ title, tools, boxed = false, children }: PanelProps) {
  const id = useId();
  return (
    <section className={boxed ? 'k-panel k-panel-boxed' : 'k-panel'} {...(title ? { 'aria-labelledby': id } : {})}>
      {title || tools ? (
        <header className="k-panel-head">
          {title ? (
            <h2 className="k-heading" id={id}>
              {title}
            </h2>
          ) : null}
          {tools ? <div className="k-panel-tools">{tools}</div> : null}
        </header>
      ) : null}
      {children}
    </section>
  );
}
