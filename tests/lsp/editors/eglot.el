;; [eglot]
(add-to-list 'eglot-server-programs '(c++-mode . ("ferry" "lsp")))
;; [eglot]
