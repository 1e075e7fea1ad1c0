get_ipython().ask_exit()
get_ipython().exit_now = True
quit()
exit(0)
