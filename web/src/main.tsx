/// The first line that runs: styles, then the app.

import "./styles/index.css";
import { render } from "preact";
import { App } from "./app";
import { followNotifications } from "./notify/arrive";
import { followSession } from "./notify/device";
import { adoptPath } from "./router";
import { refreshSession } from "./session";

adoptPath();
followSession();
followNotifications();
void refreshSession();
const root = document.getElementById("app");
if (root) render(<App />, root);
