import { Link } from "@tanstack/react-router";

type PersonLinkProps = { readonly id: string; readonly name: string };

/** A person's name, which leads to their screen. */
export const PersonLink = ({ id, name }: PersonLinkProps) => (
  <Link to="/people/$id" params={{ id }} dir="auto" title={name}>
    {name}
  </Link>
);
