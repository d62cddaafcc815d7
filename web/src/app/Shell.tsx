import { ActionIcon, Menu, NavLink, ScrollArea, Tooltip, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { useLocalStorage, useMediaQuery } from "@mantine/hooks";
import {
  Activity,
  Boxes,
  CalendarClock,
  ChartColumn,
  ChevronsLeft,
  ChevronsRight,
  KeyRound,
  LayoutTemplate,
  LogOut,
  Monitor,
  Moon,
  Settings,
  Stethoscope,
  Sun,
  Table2,
  Users,
  Variable,
  Workflow,
} from "lucide-react";
import { Outlet, NavLink as RouterLink } from "react-router";
import { api, chooseTenant, chosenTenant } from "@/api/client";
import { Mark } from "@/ui/Mark";
import { useMe } from "./me";
import classes from "./Shell.module.css";

const PLACES = [
  { to: "/workflows", label: "Workflows", icon: Workflow },
  { to: "/executions", label: "Executions", icon: Activity },
  { to: "/credentials", label: "Credentials", icon: KeyRound },
  { to: "/variables", label: "Variables", icon: Variable },
  { to: "/tables", label: "Data tables", icon: Table2 },
  { to: "/schedules", label: "Schedules", icon: CalendarClock },
  { to: "/insights", label: "Insights", icon: ChartColumn },
  { to: "/templates", label: "Templates", icon: LayoutTemplate },
] as const;

const BELOW = [
  { to: "/people", label: "People and keys", icon: Users },
  { to: "/settings", label: "Settings", icon: Settings },
  { to: "/doctor", label: "Doctor", icon: Stethoscope },
] as const;

/** The frame of every page but the editor: places on the left, the page beside them. */
export function Shell() {
  return (
    <div className={classes.frame}>
      <a className={classes.skip} href="#page">
        Skip to the page
      </a>
      <Sidebar />
      <main id="page" className={classes.page} tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}

/** The places to go; narrow when folded, on a small screen always. */
export function Sidebar({ folded: foldedAlways = false }: { folded?: boolean }) {
  const [foldedByHand, setFolded] = useLocalStorage({ key: "headrace.sidebar.folded", defaultValue: false });
  const small = useMediaQuery("(max-width: 900px)") ?? false;
  const folded = foldedAlways || small || foldedByHand;
  return (
    <nav className={classes.sidebar} data-folded={folded || undefined} aria-label="Places">
      <div className={classes.brand}>
        <RouterLink to="/workflows" className={classes.home} aria-label="Headrace, to the workflows">
          <Mark size={26} />
          {!folded && <span>Headrace</span>}
        </RouterLink>
        {!foldedAlways && !small && (
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            onClick={() => setFolded(!foldedByHand)}
            aria-label={folded ? "Unfold the sidebar" : "Fold the sidebar"}
          >
            {folded ? <ChevronsRight size={15} /> : <ChevronsLeft size={15} />}
          </ActionIcon>
        )}
      </div>
      <ScrollArea className={classes.places} type="auto">
        {PLACES.map((place) => (
          <Place key={place.to} {...place} folded={folded} />
        ))}
      </ScrollArea>
      <div className={classes.below}>
        {BELOW.map((place) => (
          <Place key={place.to} {...place} folded={folded} />
        ))}
        <Person folded={folded} />
      </div>
    </nav>
  );
}

function Place({ to, label, icon: Icon, folded }: (typeof PLACES | typeof BELOW)[number] & { folded: boolean }) {
  return (
    <Tooltip label={label} position="right" disabled={!folded}>
      <NavLink
        component={RouterLink}
        to={to}
        label={folded ? undefined : label}
        aria-label={label}
        leftSection={<Icon size={17} strokeWidth={1.8} />}
        className={classes.place ?? ""}
      />
    </Tooltip>
  );
}

function Person({ folded }: { folded: boolean }) {
  const me = useMe().data;
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const schemes = [
    { value: "light", label: "Light", icon: Sun },
    { value: "dark", label: "Dark", icon: Moon },
    { value: "auto", label: "As the system", icon: Monitor },
  ] as const;
  return (
    <Menu position="right-end" width={220}>
      <Menu.Target>
        <UnstyledButton className={classes.person} aria-label={folded ? "You" : undefined}>
          <span className={classes.initials} aria-hidden>
            {(me?.user.name ?? "?").slice(0, 1).toUpperCase()}
          </span>
          {!folded && <span className={classes.name}>{me?.user.name ?? ""}</span>}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{me?.user.email}</Menu.Label>
        {me !== undefined && me.tenants.length > 1 && (
          <>
            <Menu.Divider />
            <Menu.Label>Tenant</Menu.Label>
            {me.tenants.map((tenant) => (
              <Menu.Item
                key={tenant.id}
                leftSection={<Boxes size={15} />}
                fw={(chosenTenant() ?? me.tenantId) === tenant.id ? 600 : 400}
                onClick={() => {
                  chooseTenant(tenant.id);
                  window.location.assign("/workflows");
                }}
              >
                {tenant.name}
              </Menu.Item>
            ))}
          </>
        )}
        <Menu.Divider />
        <Menu.Label>Appearance</Menu.Label>
        {schemes.map(({ value, label, icon: Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={15} />}
            fw={colorScheme === value ? 600 : 400}
            onClick={() => setColorScheme(value)}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          leftSection={<LogOut size={15} />}
          onClick={async () => {
            await api.POST("/api/v1/logout");
            chooseTenant(null);
            window.location.assign("/login");
          }}
        >
          Log out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
