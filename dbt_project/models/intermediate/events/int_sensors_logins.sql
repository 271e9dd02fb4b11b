with

final as (

    select distinct sensors_id as login_id
    from {{ ref('int_sensors_names') }}
    where is_login

)

select * from final
