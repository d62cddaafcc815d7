import { Center, Loader } from "@mantine/core";
import { type ComponentType, lazy, Suspense } from "react";
import { Navigate, type RouteObject } from "react-router";
import { Broken } from "./Broken";
import { Shell } from "./Shell";

/** A page with its own script, fetched when it is first gone to. */
function page(load: () => Promise<{ default: ComponentType }>) {
  const Page = lazy(load);
  return (
    <Suspense
      fallback={
        <Center h="60vh">
          <Loader aria-label="Loading" />
        </Center>
      }
    >
      <Page />
    </Suspense>
  );
}

export const routes: RouteObject[] = [
  {
    path: "/",
    element: <Shell />,
    errorElement: <Broken />,
    children: [
      {
        errorElement: <Broken />,
        children: [
          { index: true, element: <Navigate to="/workflows" replace /> },
          { path: "workflows", element: page(() => import("@/workflows/WorkflowsPage")) },
          { path: "templates", element: page(() => import("@/workflows/TemplatesPage")) },
          { path: "executions", element: page(() => import("@/executions/ExecutionsPage")) },
          { path: "executions/:executionId", element: page(() => import("@/executions/ExecutionPage")) },
          { path: "executions/:executionId/compare/:otherId", element: page(() => import("@/executions/ComparePage")) },
          { path: "credentials", element: page(() => import("@/credentials/CredentialsPage")) },
          { path: "variables", element: page(() => import("@/variables/VariablesPage")) },
          { path: "tables", element: page(() => import("@/tables/TablesPage")) },
          { path: "tables/:tableId", element: page(() => import("@/tables/TablePage")) },
          { path: "schedules", element: page(() => import("@/schedules/SchedulesPage")) },
          { path: "insights", element: page(() => import("@/insights/InsightsPage")) },
          { path: "people", element: page(() => import("@/people/PeoplePage")) },
          { path: "settings", element: page(() => import("@/settings/SettingsPage")) },
          { path: "doctor", element: page(() => import("@/settings/DoctorPage")) },
          { path: "*", element: <Broken missing /> },
        ],
      },
    ],
  },
  {
    path: "/workflows/:workflowId",
    element: page(() => import("@/editor/WorkflowFrame")),
    errorElement: <Broken />,
    children: [
      { index: true, element: page(() => import("@/editor/EditorPage")) },
      { path: "executions", element: page(() => import("@/executions/WorkflowExecutionsPage")) },
      { path: "executions/:executionId", element: page(() => import("@/executions/WorkflowExecutionsPage")) },
      { path: "versions", element: page(() => import("@/workflows/VersionsPage")) },
    ],
  },
];
