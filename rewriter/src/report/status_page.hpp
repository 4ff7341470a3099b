// The page of `ferry status --format html`, without its data: report/status_page.html, embedded when it is
// built.
#pragma once

#include <string_view>

namespace ferry::rewriter {

/// Has the marks `{{project}}`, `{{program}}` and `{{data}}`, in the place of which text goes.
std::string_view status_page();

}  // namespace ferry::rewriter
