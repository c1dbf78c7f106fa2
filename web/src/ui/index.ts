/// The component library's front door: screens import from "../ui".

export { Avatar } from "./avatar";
export { Boundary } from "./boundary";
export { Button, ButtonLink, IconButton } from "./button";
export { Confirm, Dialog } from "./dialog";
export { AreaField, CheckField, ChoiceField, Field, SelectField } from "./field";
export { Icon, type IconName } from "./icons";
export { Float, Menu, MenuButton, type MenuItem } from "./menu";
export { Notice, remark, Remarks } from "./notice";
export { Form, Page, Section, useTitle } from "./page";
export { EmptyState, FailedState, Loading, MissingState, Spinner } from "./states";
