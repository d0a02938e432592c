import type { Template } from 'aws-cdk-lib/assertions';
import {
  type DashboardWidget,
  readDashboard,
  type TemplateOfDashboard,
} from '../../examples/monitoring/render-dashboard';

export type { DashboardWidget };

/** The widgets of the one dashboard in a template. */
export function readWidgets(template: Template): DashboardWidget[] {
  return readDashboard(template.toJSON() as TemplateOfDashboard);
}
